import { type DailyCount, dailyCountsOf } from '@dureq/types'
import type { Reply } from './gateway.ts'
import type { PartitionKeys } from './keys.ts'
import type { Space } from './space.ts'

type Counted = Map<number, { processed: number; failed: number }>

/** What was executed on the newest days, over all partitions; see `InspectorRole.dailyCounts`. */
export async function dailyCounts(space: Space, days: number): Promise<readonly DailyCount[]> {
  const counted: Counted = new Map()
  const [now] = await Promise.all([
    space.now(),
    ...space.partitions.map((partition) => addDays(space, partition, counted)),
  ])
  return dailyCountsOf(now, days, counted)
}

/** Adds the counts of a partition: `<day>` succeeded, `<day>f` failed. */
async function addDays(space: Space, partition: PartitionKeys, counted: Counted): Promise<void> {
  const flat = (await space.read('HGETALL', partition.of('days'))) as Reply[]
  for (let i = 0; i < flat.length; i += 2) {
    const field = String(flat[i])
    const day = Number.parseInt(field, 10)
    const count = counted.get(day) ?? { processed: 0, failed: 0 }
    count[field.endsWith('f') ? 'failed' : 'processed'] += Number(flat[i + 1])
    counted.set(day, count)
  }
}
