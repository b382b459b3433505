import { dueClass } from './codes.ts'
import { mergeSources, type Source } from './merge.ts'
import { type RunRow, runPart } from './run-rows.ts'
import { compareKeys, createSource, directionOf, type Listed, rowsOf, type Walker } from './walk.ts'
import { type EndsWalk, sourcesOfEnds } from './walk-ends.ts'

/** Which runs to walk over. */
export interface RunsWalk extends EndsWalk {
  /** Those that are leased, or all others; absent: all. */
  readonly isOpen?: boolean
}

/**
 * Runs of all jobs: those that are leased by when they were claimed, before those that have finished, by when they
 * did; the other way round when the oldest come first. Firings that ended without a run are among the rows.
 */
export function* walkRuns(walker: Walker, walk: RunsWalk): Generator<RunRow, void, undefined> {
  const { isOpen } = walk
  const parts = walker.isDescending ? [runPart.open, runPart.finished] : [runPart.finished, runPart.open]
  const present = walker.after === undefined ? undefined : walker.after[0]
  for (const part of parts) {
    if (isOpen !== undefined && isOpen !== (part === runPart.open)) continue
    const isBehind = present !== undefined && present !== part && present !== parts[0]
    if (isBehind) continue
    const after = present === part ? walker.after?.slice(1) : undefined
    const within = { ...walker, after }
    const rows = part === runPart.open ? walkOpen(within) : walkFinished(within, walk)
    for (const row of rows) yield { ...row, key: [part, ...row.key] }
  }
}

/** There are few leases at a time, so all of them are put in order. */
function walkOpen(walker: Walker): Iterable<Listed> {
  const { beyond, order, start } = directionOf(walker)
  const sql = `SELECT seq, listed_at FROM firings
    WHERE due_class = ${dueClass.lease} AND due_at IS NOT NULL AND (listed_at, seq) ${beyond} (?, ?)
    ORDER BY listed_at ${order}, seq ${order} LIMIT ?`
  return rowsOf(
    createSource(walker.after ?? [start, start, 0], ([at = 0, seq = 0], limit) =>
      walker.db
        .all(sql, [at, seq, limit])
        .map((row) => ({ seq: row[0] as number, key: [row[1] as number, row[0] as number, 0] })),
    ),
  )
}

function walkFinished(walker: Walker, ends: EndsWalk): Iterable<Listed & Pick<RunRow, 'isQuiet'>> {
  const precedes = compareKeys(walker)
  const sources: readonly Source<Listed & Pick<RunRow, 'isQuiet'>>[] = [
    ...sourcesOfEnds(walker, ends),
    sourceOfEntries(walker),
  ]
  return mergeSources(sources, (a, b) => precedes(a.key, b.key))
}

/** Finished runs that did not end their firing. */
function sourceOfEntries(walker: Walker): Source<Listed> {
  const { beyond, order, start } = directionOf(walker)
  const sql = `SELECT at, seq, n FROM finished_runs WHERE (at, seq, n) ${beyond} (?, ?, ?)
    ORDER BY at ${order}, seq ${order}, n ${order} LIMIT ?`
  return createSource(walker.after ?? [start, start, start], (from, limit) =>
    walker.db
      .all(sql, [...from, limit])
      .map(([at, seq, n]) => ({ seq: seq as number, key: [at as number, seq as number, n as number] })),
  )
}
