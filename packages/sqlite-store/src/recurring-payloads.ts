import type { JsonText } from '@dureq/types'
import { listSql, selectList } from './batch.ts'
import type { Connection } from './connection.ts'
import type { FiringWithJob } from './firing-row.ts'
import { isOfRecurring } from './stored-firing.ts'

const payloadSql = listSql((list) => `SELECT id, payload FROM jobs WHERE id IN ${list}`)

/** Gives the firings of recurring jobs among these the payloads of their jobs; only purged ones have one of their own. */
export function withPayloads(db: Connection, read: readonly FiringWithJob[]): readonly FiringWithJob[] {
  const jobs = new Set(read.flatMap((each) => (isWithout(each) ? each.definition.id : [])))
  if (jobs.size === 0) return read
  const payloads = new Map(
    selectList(db, payloadSql, [...jobs]).map(([id, payload]) => [id, payload as JsonText]),
  )
  return read.map((each) => {
    const payload = isWithout(each) ? payloads.get(each.definition.id) : undefined
    return payload === undefined ? each : { ...each, definition: { ...each.definition, payload } }
  })
}

function isWithout({ stored, definition }: FiringWithJob): boolean {
  return isOfRecurring(stored) && definition.payload === ''
}
