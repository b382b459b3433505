import type { PartitionKeys } from '../keys.ts'
import { readStates } from '../read-jobs.ts'
import type { Space } from '../space.ts'
import { tierNames } from './tier-names.ts'
import { type Candidate, CHUNK, type Direction, type Walk } from './walk.ts'

/** One of the two lists of a line of one partition; claims empty `front` first. */
interface Line {
  readonly partition: PartitionKeys
  readonly kind: 'front' | 'line'
  readonly name: string
}

/**
 * Walks waiting work tier by tier, type by type, line by line. A mark is `<partition>/<list>:<line> <index>`; as lines move
 * on under it, going on from a mark may meet or miss what moved meanwhile.
 */
export async function* walkLines(
  space: Space,
  types: readonly (readonly string[])[],
  direction: Direction,
  mark: string | undefined,
): Walk {
  const lines = await findLines(space, types)
  if (direction === 'backward') lines.reverse()
  const [, name, index] = /^(.*) (\d+)$/.exec(mark ?? '') ?? []
  const from = name === undefined ? 0 : lines.findIndex((line) => nameOf(line) === name)
  // A line that is gone was worked off: go on with what there is.
  for (const [i, line] of lines.slice(Math.max(0, from)).entries()) {
    let taken = i === 0 && from >= 0 && index !== undefined ? Number(index) : 0
    for (;;) {
      const hints = await read(space, line, direction, taken)
      if (hints.length === 0) break
      yield await candidates(space, line, hints, taken)
      taken += hints.length
    }
  }
}

function nameOf({ partition, kind, name }: Line): string {
  return `${partition.index}/${kind}:${name}`
}

/** The lines of the given types (numbers, per partition) that may hold something: by tier, the highest first, by type, by version. */
async function findLines(space: Space, types: readonly (readonly string[])[]): Promise<Line[]> {
  const tiers = await tierNames(space)
  const found = await Promise.all(
    tiers.flatMap((tier) =>
      space.partitions.flatMap((partition, i) =>
        (types[i] ?? []).map(async (type): Promise<readonly Line[]> => {
          const members = (await space.read(
            'ZRANGE',
            partition.key('lines', `${tier}:${type}`),
            0,
            -1,
          )) as string[]
          const versions = [...new Set(members.map((member) => member.replace(':', '')))]
          const lines = await Promise.all(
            versions.map((version) => linesOf(space, partition, `${tier}:${type}:${version}`)),
          )
          return lines.flat()
        }),
      ),
    ),
  )
  return found.flat()
}

/** The line of jobs without concurrency keys, and behind it those by key. */
async function linesOf(space: Space, partition: PartitionKeys, group: string): Promise<readonly Line[]> {
  const keys = (await space.read('ZRANGE', partition.key('keyed', group), 0, -1)) as string[]
  return [group, ...keys.map((key) => `${group}:${key}`)].flatMap((name) =>
    (['front', 'line'] as const).map((kind) => ({ partition, kind, name })),
  )
}

/** What the hints of a line stand for; those a firing left behind when it left its line are passed over. */
async function candidates(
  space: Space,
  line: Line,
  hints: readonly string[],
  taken: number,
): Promise<readonly Candidate[]> {
  const { partition } = line
  const entries = hints.map((hint) => hint.split('/') as [string, string?])
  const states = await readStates(
    space,
    partition,
    entries.map(([id]) => id),
  )
  return entries.flatMap(([id, entry = ''], i) =>
    states[i]?.line === entry ? [{ id, partition, mark: `${nameOf(line)} ${taken + i + 1}` }] : [],
  )
}

async function read(
  space: Space,
  line: Line,
  direction: Direction,
  taken: number,
): Promise<readonly string[]> {
  const key = line.partition.key(line.kind, line.name)
  const [start, stop] = direction === 'forward' ? [taken, taken + CHUNK - 1] : [-taken - CHUNK, -taken - 1]
  const ids = (await space.read('LRANGE', key, start, stop)) as string[]
  return direction === 'forward' ? ids : ids.reverse()
}
