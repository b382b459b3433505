import type {
  CallKey,
  FiringCaps,
  GroupSetting,
  Retention,
  Settings,
  SettingsRole,
  VersionedSettings,
} from '@dureq/types'
import { defaultSettings } from '@dureq/types'
import { checkSplit, flowText } from './flow-text.ts'
import type { Reply } from './gateway.ts'
import type { PartitionKeys } from './keys.ts'
import type { Space } from './space.ts'

const TIMES = ['completedMs', 'deadMs', 'cancelledMs'] as const
const COUNTS = ['completedCount', 'deadCount', 'cancelledCount'] as const

/** Most ended jobs of each status one partition keeps, in the order of `COUNTS`. */
const CAPS = ['completedCap', 'deadCap', 'cancelledCap'] as const

/** Fields of `meta`: those scripts decide by stand by themselves, `config` holds the rest. */
const FIELDS = [...TIMES, ...COUNTS, 'firings', 'groups', 'config'] as const

/** The `settings` role on Redis. Each partition holds the copy its scripts read; the first one decides. */
export function createSettings(space: Space): SettingsRole {
  return {
    get: () => readVersioned(space),

    async put(call: CallKey, version: number, settings: Settings) {
      checkSplit(settings, space.partitions.length)
      const args = ['put', version, ...settingsArgs(space, settings)]
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
  const args = ['copy', Number(version), ...settingsArgs(space, parseSettings(values))]
  await space.change('settings', { partition, args })
}

/** The settings that hold. */
export async function readSettings(space: Space): Promise<Settings> {
  return (await readVersioned(space)).settings
}

async function readVersioned(space: Space): Promise<VersionedSettings> {
  const [version, ...values] = await readFields(space)
  if (typeof version !== 'string') return { version: 0, settings: defaultSettings }
  return { version: Number(version), settings: parseSettings(values) }
}

/** The version, and the fields. */
async function readFields(space: Space): Promise<readonly Reply[]> {
  return (await space.read('HMGET', space.first.of('meta'), 'settings', ...FIELDS)) as Reply[]
}

/** What settings written by an earlier release do not say is as by default. */
function parseSettings(values: readonly Reply[]): Settings {
  const fields = Object.fromEntries(FIELDS.map((field, i) => [field, values[i] ?? ''])) as Record<
    (typeof FIELDS)[number],
    string
  >
  return {
    ...defaultSettings,
    ...(fields.config === '' ? {} : (JSON.parse(fields.config) as Partial<Settings>)),
    retention: parseRetention(fields),
    groups: fields.groups === '' ? defaultSettings.groups : (JSON.parse(fields.groups) as GroupSetting[]),
  }
}

function parseRetention(fields: Readonly<Record<(typeof FIELDS)[number], string>>): Retention {
  const counts = COUNTS.filter((field) => fields[field] !== '').map((field) => [field, Number(fields[field])])
  return {
    completedMs: Number(fields.completedMs),
    deadMs: Number(fields.deadMs),
    cancelledMs: Number(fields.cancelledMs),
    ...Object.fromEntries(counts),
    ...(fields.firings === '' ? {} : { firings: JSON.parse(fields.firings) as FiringCaps }),
  }
}

/** Caps are split over the partitions, rounded down; a partition that may keep something keeps one at least. */
function capOf(count: number | undefined, partitions: number): number | '' {
  if (count === undefined) return ''
  return count === 0 ? 0 : Math.max(1, Math.floor(count / partitions))
}

function settingsArgs(space: Space, settings: Settings): readonly (string | number)[] {
  const { retention, groups, ...config } = settings
  const { firings } = retention
  return [
    ...TIMES.flatMap((field) => [field, retention[field]]),
    ...COUNTS.flatMap((field) => [field, retention[field] ?? '']),
    ...COUNTS.flatMap((field, i) => [CAPS[i] as string, capOf(retention[field], space.partitions.length)]),
    'firings',
    firings === undefined ? '' : JSON.stringify(firings),
    'groups',
    JSON.stringify(groups),
    'config',
    JSON.stringify(config),
    'flow',
    flowText(settings, space.partitions.length),
  ]
}
