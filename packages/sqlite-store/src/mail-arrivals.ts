import type { MailQueue } from '@dureq/types'
import type { Connection } from './connection.ts'
import { visibleInstances } from './instance-row.ts'

/** Whether mail has come to one of these queues after a ticket, and nobody has received it. */
export function hasReadyMail(db: Connection, queues: readonly MailQueue[], after: number): boolean {
  const sql = `SELECT 1 FROM ${visibleInstances} WHERE i.queue = ? AND i.ready > ? LIMIT 1`
  return queues.some((queue) => db.get(sql, [queue, after]) !== undefined)
}

const arrivalsSql =
  'SELECT queue, count(*) FROM instances WHERE kind >= 0 AND ready IS NOT NULL AND ready > ? GROUP BY queue'

/** How many instances have mail to receive in each queue that came after a ticket. */
export function readMailArrivals(
  db: Connection,
  after: number,
): readonly (readonly [queue: MailQueue, instances: number])[] {
  return db.all(arrivalsSql, [after]).map(([queue, count]) => [queue as MailQueue, count as number])
}
