import type { Reply } from '../gateway.ts'
import type { PartitionKeys } from '../keys.ts'
import type { Space } from '../space.ts'
import { type Candidate, CHUNK, type Direction, type Walk } from './walk.ts'

/** A sorted set of one partition. */
export interface SortedSource {
  readonly partition: PartitionKeys
  readonly key: string
  /** What its members are followed by as candidates. */
  readonly suffix?: string
}

interface Scored {
  readonly id: string
  readonly score: number
  readonly partition: PartitionKeys
}

/** What a mark of the walk looks like where members are ids of jobs or instances. */
export const SORTED_MARK: RegExp = /\d+ [0-9a-v]+/

/** Walks sorted sets merged by score, then id; a mark is `<score> <id>`. */
export async function* walkSorted(
  space: Space,
  sources: readonly SortedSource[],
  direction: Direction,
  mark: string | undefined,
): Walk {
  const sign = direction === 'forward' ? 1 : -1
  const order = (a: Pick<Scored, 'id' | 'score'>, b: Pick<Scored, 'id' | 'score'>): number =>
    sign * (a.score - b.score || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
  let last = mark === undefined ? undefined : readMark(mark)
  for (;;) {
    const stretches = await Promise.all(sources.map((source) => stretch(space, source, direction, last)))
    // Beyond the end of the shortest full stretch another source might have been skipped.
    const full = stretches.filter(({ more }) => more).map(({ rows }) => rows.at(-1) as Scored)
    const horizon = full.sort(order)[0]
    const rows = stretches
      .flatMap(({ rows }) => rows)
      .sort(order)
      .filter((row) => horizon === undefined || order(row, horizon) <= 0)
    if (rows.length === 0) return
    last = rows.at(-1) as Scored
    yield rows.map(toCandidate)
    if (full.length === 0) return
  }
}

function toCandidate({ id, score, partition }: Scored): Candidate {
  return { id, partition, mark: `${score} ${id}` }
}

function readMark(mark: string): { readonly score: number; readonly id: string } {
  const at = mark.indexOf(' ')
  return { score: Number(mark.slice(0, at)), id: mark.slice(at + 1) }
}

/** The next rows of one set after a row of any of them. Rows of equal score are read together, then passed over. */
async function stretch(
  space: Space,
  { partition, key, suffix = '' }: SortedSource,
  direction: Direction,
  last: { readonly score: number; readonly id: string } | undefined,
): Promise<{ readonly rows: readonly Scored[]; readonly more: boolean }> {
  const forward = direction === 'forward'
  const from = last === undefined ? (forward ? '-inf' : '+inf') : last.score
  const bounds = [from, forward ? '+inf' : '-inf', 'BYSCORE', ...(forward ? [] : ['REV'])]
  for (let offset = 0; ; offset += CHUNK) {
    const flat = await space.read('ZRANGE', key, ...bounds, 'LIMIT', offset, CHUNK, 'WITHSCORES')
    const all = readScored(flat as Reply[], partition, suffix)
    const rows = all.filter((row) => last === undefined || isAfter(row, last, forward))
    if (rows.length > 0 || all.length < CHUNK) return { rows, more: all.length === CHUNK }
  }
}

function isAfter(
  row: Scored,
  last: { readonly score: number; readonly id: string },
  forward: boolean,
): boolean {
  if (row.score !== last.score) return forward ? row.score > last.score : row.score < last.score
  return forward ? row.id > last.id : row.id < last.id
}

function readScored(flat: readonly Reply[], partition: PartitionKeys, suffix: string): readonly Scored[] {
  const rows: Scored[] = []
  for (let i = 0; i < flat.length; i += 2) {
    rows.push({ id: `${String(flat[i])}${suffix}`, score: Number(flat[i + 1]), partition })
  }
  return rows
}
