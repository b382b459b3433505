import type { SettingsRole } from '@dureq/types'
import { defaultSettings } from '@dureq/types'
import type { Reply } from './gateway.ts'
import type { PartitionKeys } from './keys.ts'
import type { Space } from './space.ts'

const FIELDS = ['completedMs', 'deadMs', 'cancelledMs'] as const

/** The `settings` role on Redis. Each partition holds the copy its scripts read; the first one decides. */
export function createSettings(space: Space): SettingsRole {
  return {
    async get() {
      const reply = await space.read('HMGET', space.first.of('meta'), 'settings', ...FIELDS)
      const [version, completedMs, deadMs, cancelledMs] = reply as Reply[]
      if (version === null) return { version: 0, settings: defaultSettings }
      const retention = {
        completedMs: Number(completedMs),
        deadMs: Number(deadMs),
        cancelledMs: Number(cancelledMs),
      }
      return { version: Number(version), settings: { retention } }
    },

    async put(call, version, { retention }) {
      const args = ['put', version, ...FIELDS.flatMap((field) => [field, retention[field]])]
      const { answer } = await space.change('settings', { partition: space.first, call, args })
      if (answer !== 'saved') return 'conflict'
      await Promise.all(space.partitions.slice(1).map((partition) => copySettings(space, partition)))
      return 'saved'
    },
  }
}

/**
 * Writes the settings of the first partition into one that lags. Whoever put them may have died half-way, so every
 * node does this when `advance` shows it a partition with an older version.
 */
export async function copySettings(space: Space, partition: PartitionKeys): Promise<void> {
  const values = (await space.read('HMGET', space.first.of('meta'), 'settings', ...FIELDS)) as Reply[]
  const [version, ...retention] = values.map(Number)
  const args = ['copy', version ?? 0, ...FIELDS.flatMap((field, i) => [field, retention[i] ?? 0])]
  await space.change('settings', { partition, args })
}
