import type { GroupSetting, Settings, SettingsRole } from '@dureq/types'
import { defaultSettings } from '@dureq/types'
import type { Reply } from './gateway.ts'
import type { PartitionKeys } from './keys.ts'
import type { Space } from './space.ts'

const RETENTION = ['completedMs', 'deadMs', 'cancelledMs'] as const

const FIELDS = [...RETENTION, 'groups'] as const

/** The `settings` role on Redis. Each partition holds the copy its scripts read; the first one decides. */
export function createSettings(space: Space): SettingsRole {
  return {
    async get() {
      const [version, ...values] = await readFields(space)
      if (typeof version !== 'string') return { version: 0, settings: defaultSettings }
      return { version: Number(version), settings: parseSettings(values) }
    },

    async put(call, version, settings) {
      const args = ['put', version, ...settingsArgs(settings)]
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
  const [version, ...values] = await readFields(space)
  const args = ['copy', Number(version), ...settingsArgs(parseSettings(values))]
  await space.change('settings', { partition, args })
}

/** The version, and the fields. */
async function readFields(space: Space): Promise<readonly Reply[]> {
  return (await space.read('HMGET', space.first.of('meta'), 'settings', ...FIELDS)) as Reply[]
}

/** What settings written by an earlier release do not say is as by default. */
function parseSettings([completedMs, deadMs, cancelledMs, groups]: readonly Reply[]): Settings {
  return {
    retention: {
      completedMs: Number(completedMs),
      deadMs: Number(deadMs),
      cancelledMs: Number(cancelledMs),
    },
    groups: typeof groups === 'string' ? (JSON.parse(groups) as GroupSetting[]) : defaultSettings.groups,
  }
}

function settingsArgs({ retention, groups }: Settings): readonly (string | number)[] {
  return [...RETENTION.flatMap((field) => [field, retention[field]]), 'groups', JSON.stringify(groups)]
}
