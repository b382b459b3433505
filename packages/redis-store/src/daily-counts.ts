import { type DailyCount, dailyCountsOf, nothingCounted } from '@dureq/types'
import type { Reply } from './gateway.ts'
import type { PartitionKeys } from './keys.ts'
import type { Space } from './space.ts'

type Counts = Omit<DailyCount, 'date'>

type Counted = Map<number, Counts>

/** What is counted in a field `<day><letter>`, by the letter. */
const counters: Readonly<Record<string, keyof Counts>> = { '': 'processed', f: 'failed', r: 'reclaimed' }

/** What was executed on the newest days, over all partitions; see `InspectorRole.dailyCounts`. */
export async function dailyCounts(space: Space, days: number): Promise<readonly DailyCount[]> {
  const counted: Counted = new Map()
  const [now] = await Promise.all([
    space.now(),
    ...space.partitions.map((partition) => addDays(space, partition, counted)),
  ])
  return dailyCountsOf(now, days, counted)
}

/** Adds the counts of a partition. */
async function addDays(space: Space, partition: PartitionKeys, counted: Counted): Promise<void> {
  const flat = (await space.read('HGETALL', partition.of('days'))) as Reply[]
  for (let i = 0; i < flat.length; i += 2) {
    const field = String(flat[i])
    const day = Number.parseInt(field, 10)
    const counter = counters[field.slice(String(day).length)]
    if (counter === undefined) continue
    const counts = counted.get(day) ?? nothingCounted
    counted.set(day, { ...counts, [counter]: counts[counter] + Number(flat[i + 1]) })
  }
}
