import type { Clock, SearchPage, SearchQuery } from '@dureq/types'
import type { Connection } from './connection.ts'
import { isHiddenMember } from './hidden-members.ts'
import { readJobsBySeq } from './job-rows.ts'
import { type SearchRequest, searchTexts, type TextRow } from './search-texts.ts'

/** What one call looks through, and by whose time. */
export interface JobSearch {
  readonly query: SearchQuery
  readonly page: SearchRequest
  readonly clock: Clock
}

/** Looks through the payloads of jobs, the newest first: `InspectorRole.search`. */
export function searchJobs(db: Connection, { query, page, clock }: JobSearch): SearchPage {
  const { path, value, taskType } = query
  const search = {
    name: ['jobs', path, value, taskType ?? null],
    query,
    read: (before: number, limit: number) => readPayloads(db, { taskType, before, limit }),
    isHidden: (seq: number) => isHiddenMember(db, seq),
  }
  const { found, ...more } = searchTexts(search, page, clock)
  return { rows: readJobsBySeq(db, found), ...more }
}

interface Stretch {
  readonly taskType: string | undefined
  readonly before: number
  readonly limit: number
}

/** Below 0 are the firings of recurring jobs. */
function readPayloads(db: Connection, { taskType, before, limit }: Stretch): readonly TextRow[] {
  const ofType = taskType === undefined ? '' : 'type = ? AND'
  const sql = `SELECT seq, payload FROM jobs WHERE ${ofType} seq > 0 AND seq < ? ORDER BY seq DESC LIMIT ?`
  const params = [...(taskType === undefined ? [] : [taskType]), before, limit]
  return db.all(sql, params) as unknown as readonly TextRow[]
}
