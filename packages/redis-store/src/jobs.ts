import type {
  CommandOutcome,
  CommandReply,
  EndedFiring,
  EnqueueOutcome,
  JobCommand,
  JobRecord,
  JobStatus,
  JobsRole,
  NewJob,
} from '@dureq/types'
import { withPartition } from '@dureq/types'
import { readEnded } from './ended.ts'
import type { Reply } from './gateway.ts'
import { homeOfKeys } from './home.ts'
import type { PartitionKeys } from './keys.ts'
import { byPartition, cut } from './pieces.ts'
import { readJobs } from './read-jobs.ts'
import type { Space } from './space.ts'
import { specOf } from './spec.ts'
import type { Watcher } from './watcher.ts'

/** The `jobs` role on Redis. */
export function createJobs(space: Space, watcher: Watcher): JobsRole {
  return {
    async enqueue(call, jobs) {
      const outcomes: EnqueueOutcome[] = []
      const placed = jobs.map((job) => place(space, job))
      const pieces = cut(
        placed,
        (job) => job.home,
        (job) => job.payload.length,
      )
      await Promise.all(
        pieces.map(async ({ partition, piece, items, places }) => {
          const { answer } = await space.change('enqueue', {
            partition,
            call,
            piece,
            args: enqueueArgs(items),
            // The store begins with these jobs while this process makes the next ones.
            leavesNow: true,
          })
          const { outcomes: text, ended } = await readEnded(space, partition, { answer })
          const [time, ...exceptions] = text.split(',')
          const dropped = ended.values()
          const createdAt = Number(time)
          items.forEach((job, i) => {
            outcomes[places[i] as number] = { kind: 'created', id: job.id, createdAt }
          })
          for (const exception of exceptions) {
            const [, index = '', letter, detail = ''] = /^(\d+)([rdfo])(.*)$/.exec(
              exception,
            ) as RegExpExecArray
            const { id } = items[Number(index)] as PlacedJob
            outcomes[places[Number(index)] as number] =
              letter === 'o'
                ? { kind: 'created', id, createdAt, dropped: dropped.next().value as EndedFiring }
                : letter === 'f'
                  ? { kind: 'full', id, limit: Number(detail) }
                  : { kind: letter === 'r' ? 'repeated' : 'duplicate', id: detail }
          }
        }),
      )
      return outcomes
    },

    awaitRoom: (taskType, options) => watcher.awaitRoom(taskType, options),

    async get(ids) {
      const found: (JobRecord | undefined)[] = ids.map(() => undefined)
      await Promise.all(
        byPartition(space, ids).map(async ({ partition, items, places }) => {
          const jobs = await readJobs(space, partition, items)
          jobs.forEach((job, i) => {
            found[places[i] as number] = job
          })
        }),
      )
      return found
    },

    async command(call, commands) {
      const outcomes: CommandOutcome[] = commands.map(() => ({ kind: 'unknown' }))
      const ended: EndedFiring[][] = []
      await Promise.all(
        byPartition(
          space,
          commands.map(({ id }) => id),
        ).map(async ({ partition, piece, items, places }) => {
          const args = places.flatMap((place, i) => [
            verbOf(commands, place),
            items[i] as string,
            argument(commands, place),
            actorText(commands, place),
          ])
          const { answer } = await space.change('command', { partition, call, piece, args })
          const reply = await readEnded(space, partition, { answer })
          reply.outcomes.split(',').forEach((text, i) => {
            outcomes[places[i] as number] = readOutcome(text)
          })
          ended[piece] = [...reply.ended]
        }),
      )
      return { outcomes, ended: ended.flat() } satisfies CommandReply
    },

    async lookupUniqueKeys(keys) {
      return Promise.all(keys.map((key) => findUniqueKey(space, key)))
    },

    async releaseUniqueKeys(call, keys) {
      if (keys.length === 0) return []
      const answers = await Promise.all(
        space.partitions.map((partition) => space.change('release-keys', { partition, call, args: keys })),
      )
      return keys.map((_, i) => answers.some(({ answer }) => answer[i] === '1'))
    },
  }
}

interface PlacedJob {
  readonly id: string
  readonly home: PartitionKeys
  readonly spec: string
  readonly payload: string
}

/** Jobs in a row with equal specs share it. */
function enqueueArgs(jobs: readonly PlacedJob[]): readonly (string | number)[] {
  const args: (string | number)[] = []
  let head = -1
  for (const { id, spec, payload } of jobs) {
    if (head < 0 || args[head] !== spec) head = args.push(spec, 0) - 2
    args[head + 1] = (args[head + 1] as number) + 1
    args.push(id, payload)
  }
  return args
}

/** A new job, and where it goes. */
function place(space: Space, job: NewJob): PlacedJob {
  const partition = homeOfKeys(job, space.partitions.length)
  return {
    id: withPartition(job.id, partition),
    home: space.partitions[partition] as PartitionKeys,
    spec: specOf(job),
    payload: job.payload,
  }
}

function verbOf(commands: readonly JobCommand[], place: number): string {
  return (commands[place] as JobCommand).verb
}

function argument(commands: readonly JobCommand[], place: number): string {
  const command = commands[place] as JobCommand
  if (command.verb === 'cancel') return command.reason === undefined ? '' : JSON.stringify(command.reason)
  if (command.verb === 'reassignVersion') return command.version ?? ''
  return command.verb === 'updatePayload' ? command.payload : ''
}

function actorText(commands: readonly JobCommand[], place: number): string {
  const { by } = commands[place] as JobCommand
  if (by === undefined) return ''
  const { who, from, why } = by
  return JSON.stringify({ who, from, why })
}

function readOutcome(text: string): CommandOutcome {
  const [kind, detail = ''] = text.split(':')
  if (kind === 'refused') return { kind, status: detail as JobStatus }
  if (kind === 'owned') return { kind, ownerId: detail }
  if (kind === 'held') return { kind: 'keyHeld', holder: detail }
  return { kind: kind === 'unknown' ? 'unknown' : 'done' }
}

/** A unique key may have been taken in any partition: its job may have a home of another reason. */
async function findUniqueKey(space: Space, key: string): Promise<string | undefined> {
  const holders = await Promise.all(
    space.partitions.map((partition): Promise<Reply> => space.read('GET', partition.key('u', key))),
  )
  return holders.find((holder): holder is string => typeof holder === 'string')
}
