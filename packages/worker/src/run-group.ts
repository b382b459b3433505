import { createDeferred } from '@dureq/runtime'
import { type ManyHandlerFunc, NonRetryableError } from '@dureq/types'
import type { Ending } from './conclude.ts'
import type { Execution } from './execution.ts'
import type { NodeContext } from './execution-context.ts'
import { createGroupContext, type Group } from './group.ts'
import { GroupSeat } from './group-seat.ts'

/** What running groups takes. */
export interface GroupRunner {
  readonly node: NodeContext
  /** Largest output of a job, in bytes of JSON. */
  readonly outputLimit: number
  readonly endingOf: (execution: Execution, thrown: unknown) => Ending
}

/**
 * One execution of a handler of many jobs. Each job goes through its payload schema and the middlewares by itself; when
 * all have arrived, or ended on the way, the handler is called once with those that are there. Says how each job ended,
 * in their order; never rejects.
 */
export async function runGroup(group: Group, runner: GroupRunner): Promise<readonly Ending[]> {
  const { node, outputLimit, endingOf } = runner
  const complete = createDeferred<void>()
  let missing = group.jobs.length
  const onPlace = (): void => {
    if (--missing === 0) complete.resolve()
  }
  const seats = group.jobs.map((execution) => new GroupSeat(execution, node, onPlace))
  const endings = seats.map((seat) =>
    seat.run(outputLimit).then(
      (output): Ending => ({ output }),
      (thrown: unknown) => endingOf(seat.execution, thrown),
    ),
  )
  await complete.promise
  await handleArrived(group, seats, node)
  return Promise.all(endings)
}

/** What was told to end on the way does not get there any more. */
async function handleArrived(group: Group, seats: readonly GroupSeat[], node: NodeContext): Promise<void> {
  const present = seats.filter(({ arrived }) => arrived !== undefined)
  const taken = present.filter(({ execution }) => execution.abort === undefined)
  for (const seat of present) {
    const { abort } = seat.execution
    if (abort !== undefined) seat.reject(abort.error)
  }
  const many = group.jobs[0]?.entry.many
  if (many === undefined || taken.length === 0) return
  const ctx = createGroupContext(group, { ...node, taskType: group.jobs[0]?.entry.name ?? '' })
  try {
    const jobs = taken.flatMap(({ arrived }) => arrived ?? [])
    const results = resultsOf(await many.handler(jobs, ctx), jobs.length)
    for (const [i, seat] of taken.entries()) hand(seat, results[i])
  } catch (thrown) {
    for (const seat of taken) seat.reject(thrown)
  }
}

function hand(seat: GroupSeat, result: unknown): void {
  if (result instanceof Error) seat.reject(result)
  else seat.resolve(result)
}

/** Which result is whose cannot be guessed, and the next attempt would be no better. */
function resultsOf(returned: Awaited<ReturnType<ManyHandlerFunc>>, jobs: number): readonly unknown[] {
  if (!Array.isArray(returned)) {
    throw new NonRetryableError('a handler of many jobs must return an array with one result per job')
  }
  if (returned.length === jobs) return returned
  throw new NonRetryableError(
    `a handler of many jobs must return one result per job: ${returned.length} were returned for ${jobs} jobs`,
  )
}
