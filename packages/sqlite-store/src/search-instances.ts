import { type Clock, type InstanceQuery, type InstanceSearchPage, instanceMatch } from '@dureq/types'
import type { Connection } from './connection.ts'
import { textKind } from './instance-codes.ts'
import { visibleInstances } from './instance-row.ts'
import { conditionsOf } from './list-instances.ts'
import { readHeadsBySeq } from './read-instances.ts'
import { type SearchRequest, searchTexts, type TextRow } from './search-texts.ts'

/** What one call looks through, and by whose time. */
export interface InstanceSearch {
  readonly kind: 'workflow' | 'batch'
  readonly query: InstanceQuery
  readonly page: SearchRequest
  readonly clock: Clock
}

/** Where the texts that are looked into stand. */
const sources = {
  input: `LEFT JOIN instance_texts t ON t.instance = i.seq AND t.what = ${textKind.input}`,
  definition: 'LEFT JOIN definitions t ON t.hash = i.definition',
} as const

/** Looks through what workflows or batches were started with, the newest first: `InspectorRole.searchInstances`. */
export function searchInstances(
  db: Connection,
  { kind, query, page, clock }: InstanceSearch,
): InstanceSearchPage {
  const { path, value, name } = query
  const match = instanceMatch(kind, query)
  const { where, params } = conditionsOf({ kind, ...(name !== undefined && { name }) })
  const sql = `SELECT i.seq, t.text FROM ${visibleInstances} ${sources[match.text]}
    WHERE ${where} AND i.seq < ? ORDER BY i.seq DESC LIMIT ?`
  const search = {
    name: [kind, path, value, name ?? null],
    query: match.query,
    read: (before: number, limit: number) =>
      db.all(sql, [...params, before, limit]) as unknown as readonly TextRow[],
  }
  const { found, ...more } = searchTexts(search, page, clock)
  return { rows: readHeadsBySeq(db, found), ...more }
}
