import type { JsonText } from '@dureq/types'
import { listSql, selectList } from './batch.ts'
import type { Connection } from './connection.ts'
import type { FiringWithJob } from './firing-row.ts'
import { isOfRecurring } from './stored-firing.ts'

const payloadSql = listSql((list) => `SELECT id, payload FROM jobs WHERE id IN ${list}`)

/** Gives the firings of recurring jobs among these the payloads of their jobs, which alone keep one. */
export function withPayloads(db: Connection, read: readonly FiringWithJob[]): readonly FiringWithJob[] {
  const jobs = new Set(read.flatMap(({ stored, definition }) => (isOfRecurring(stored) ? definition.id : [])))
  if (jobs.size === 0) return read
  const payloads = new Map(
    selectList(db, payloadSql, [...jobs]).map(([id, payload]) => [id, payload as JsonText]),
  )
  return read.map((each) => {
    const payload = isOfRecurring(each.stored) ? payloads.get(each.definition.id) : undefined
    return payload === undefined ? each : { ...each, definition: { ...each.definition, payload } }
  })
}
