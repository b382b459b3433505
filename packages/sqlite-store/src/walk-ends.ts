import type { Connection } from './connection.ts'
import { mergeSources, type Source } from './merge.ts'
import { compareKeys, createSource, directionOf, type Listed, type Walker } from './walk.ts'

/** An ended firing as a walk meets it. */
export interface ListedEnd extends Listed {
  /** It was not a run that ended it. */
  readonly isQuiet: boolean
}

/** Ended firings of all given types, or of one. */
export interface EndsWalk {
  /** The numbers the statuses are stored under, those of firings of recurring jobs by themselves. */
  readonly codes: readonly number[]
  readonly taskType?: string | undefined
}

/** Ended firings in the order of their ends: keys are the instant, the number, and how often it was executed. */
export function sourcesOfEnds(walker: Walker, { codes, taskType }: EndsWalk): readonly Source<ListedEnd>[] {
  return codes.flatMap((code) => {
    const types = taskType === undefined ? typesOf(walker.db, code) : [taskType]
    return types.map((type) => sourceOfEnds(walker, code, type))
  })
}

/** The same in one order. */
export function walkEnds(walker: Walker, ends: EndsWalk): Iterable<Listed> {
  const precedes = compareKeys(walker)
  return mergeSources(sourcesOfEnds(walker, ends), (a, b) => precedes(a.key, b.key))
}

function typesOf(db: Connection, code: number): readonly string[] {
  return db.all('SELECT type FROM counts WHERE status = ?', [code]).map(([type]) => type as string)
}

function sourceOfEnds(walker: Walker, code: number, type: string): Source<ListedEnd> {
  const { beyond, order, start } = directionOf(walker)
  const sql = `SELECT seq, listed_at, state ->> 1, EXISTS (SELECT 1 FROM quiet_ends q WHERE q.seq = firings.seq)
    FROM firings
    WHERE status = ? AND type = ? AND listed_at IS NOT NULL AND status <> 2
      AND (listed_at, seq, state ->> 1) ${beyond} (?, ?, ?)
    ORDER BY listed_at ${order}, seq ${order} LIMIT ?`
  return createSource(walker.after ?? [start, start, start], (from, limit) =>
    walker.db.all(sql, [code, type, ...from, limit]).map(([seq, at, n, isQuiet]) => ({
      seq: seq as number,
      key: [at as number, seq as number, n as number],
      isQuiet: isQuiet === 1,
    })),
  )
}
