import type { SchedulerSetting } from '@dureq/types'
import type { SchedulerTools } from './scheduler-tools.ts'

/** What operators have put into the settings for schedulers. */
export interface SchedulerConfig {
  /** What holds, not older than 2 s. Rejects when the store is away. */
  current(): Promise<SchedulerSetting>
}

/** Every node follows a change within this time (semantics part two, 9.7, and W-111). */
const FOLLOW_MS = 2_000

/** A configuration that has not been looked at yet. */
export function createSchedulerConfig({ store, clock }: SchedulerTools): SchedulerConfig {
  let known: { readonly at: number; readonly setting: SchedulerSetting } | undefined
  return {
    async current() {
      const at = clock.now()
      if (known !== undefined && at - known.at < FOLLOW_MS) return known.setting
      const { settings } = await store.settings.get()
      known = { at, setting: settings.scheduler }
      return known.setting
    },
  }
}
