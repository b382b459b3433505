import { createHash } from 'node:crypto'
import {
  type Clock,
  type JsonText,
  type PageRequest,
  payloadHolds,
  type SearchPage,
  type SearchQuery,
  ValidationError,
} from '@dureq/types'
import type { Connection } from './connection.ts'
import { readCursorText, writeCursorText } from './cursor-text.ts'
import { hiddenMembers } from './hidden-members.ts'
import { readJobsBySeq } from './job-rows.ts'

/** Jobs one call looks at, ... */
const MOST_JOBS = 5_000
/** ... and how long it does, in ms. */
const LONGEST_MS = 50

/** Jobs read together: few at first, since nobody knows how large their payloads are. */
const FIRST_CHUNK = 16
const LARGEST_CHUNK = 512
/** Characters of payloads read together, about. */
const CHUNK_CHARACTERS = 512 * 1024

/** What one call looks through, and by whose time. */
export interface Searching {
  readonly query: SearchQuery
  readonly page: Pick<PageRequest, 'limit' | 'cursor'>
  readonly clock: Clock
}

type PayloadRow = readonly [seq: number, payload: JsonText]

/** Looks through the payloads of jobs, the newest first: `InspectorRole.search`. */
export function searchPayloads(db: Connection, { query, page, clock }: Searching): SearchPage {
  const giveUpAt = clock.now() + LONGEST_MS
  const found: number[] = []
  let before = readBefore(query, page.cursor)
  let scanned = 0
  let size = FIRST_CHUNK
  for (;;) {
    const rows = readPayloads(db, query.taskType, before, Math.min(size, MOST_JOBS - scanned))
    for (const [seq, payload] of rows) {
      scanned++
      before = seq
      if (!payloadHolds(payload, query) || hiddenMembers(db, [seq]).size > 0) continue
      found.push(seq)
      if (found.length === page.limit) return pageOf(db, query, { found, scanned, before })
    }
    if (rows.length === 0) return pageOf(db, query, { found, scanned })
    if (scanned >= MOST_JOBS || clock.now() >= giveUpAt) return pageOf(db, query, { found, scanned, before })
    size = nextSize(rows)
  }
}

/** As many as are about so large together, as those before were. */
function nextSize(rows: readonly PayloadRow[]): number {
  const characters = rows.reduce((sum, [, payload]) => sum + payload.length, 0)
  const fitting = Math.floor((CHUNK_CHARACTERS * rows.length) / Math.max(1, characters))
  return Math.max(1, Math.min(rows.length * 2, fitting, LARGEST_CHUNK))
}

/** Below 0 are the firings of recurring jobs. */
function readPayloads(
  db: Connection,
  taskType: string | undefined,
  before: number,
  limit: number,
): readonly PayloadRow[] {
  const ofType = taskType === undefined ? '' : 'type = ? AND'
  const sql = `SELECT seq, payload FROM jobs WHERE ${ofType} seq > 0 AND seq < ? ORDER BY seq DESC LIMIT ?`
  const params = [...(taskType === undefined ? [] : [taskType]), before, limit]
  return db.all(sql, params) as unknown as readonly PayloadRow[]
}

interface Found {
  readonly found: readonly number[]
  readonly scanned: number
  /** Absent when all was looked at. */
  readonly before?: number
}

function pageOf(db: Connection, query: SearchQuery, { found, scanned, before }: Found): SearchPage {
  const page = { rows: readJobsBySeq(db, found), scanned }
  return before === undefined ? page : { ...page, cursor: writeCursorText([nameOf(query), before]) }
}

/** Tells searches apart; a value can be too long for a cursor. */
function nameOf({ path, value, taskType }: SearchQuery): string {
  const text = JSON.stringify([path, value, taskType ?? null])
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}

function readBefore(query: SearchQuery, cursor: string | undefined): number {
  if (cursor === undefined) return Number.MAX_SAFE_INTEGER
  const [name, before, ...more] = readCursorText(cursor)
  if (name === nameOf(query) && typeof before === 'number' && more.length === 0) return before
  throw new ValidationError([{ field: 'cursor', problem: 'is not a cursor of this search' }])
}
