import type { EngineTools } from '@dureq/runtime'
import type { GroupSetting } from '@dureq/types'

/** Puts these settings among those of the store, in place of those with their keys. Those of other aggregators stay. */
export async function saveSettings(
  { store, caller }: Pick<EngineTools, 'store' | 'caller'>,
  mine: readonly GroupSetting[],
): Promise<void> {
  const keys = new Set(mine.map(({ key }) => key))
  for (;;) {
    const { version, settings } = await store.settings.get()
    const others = settings.groups.filter(({ key }) => !keys.has(key))
    const groups = [...others, ...mine]
    if (isAmong(mine, settings.groups)) return
    const outcome = await caller.call((key) => store.settings.put(key, version, { ...settings, groups }))
    if (outcome === 'saved') return
  }
}

function isAmong(mine: readonly GroupSetting[], present: readonly GroupSetting[]): boolean {
  return mine.every((setting) => present.some((other) => isSame(setting, other)))
}

function isSame(a: GroupSetting, b: GroupSetting): boolean {
  const { key, gracePeriodMs, maxDelayMs, maxSize } = a
  return (
    b.key === key && b.gracePeriodMs === gracePeriodMs && b.maxDelayMs === maxDelayMs && b.maxSize === maxSize
  )
}
