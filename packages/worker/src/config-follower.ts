import { type DynamicConfig, defaultSettings } from '@dureq/types'
import type { WorkerTools } from './worker-tools.ts'

/** Follows what operators put into the settings. */
export interface ConfigFollower {
  /** Looks now; what is new is told before it resolves. Rejects when the store is away. */
  follow(): Promise<void>
}

/** A follower that has not looked yet; `onConfig` is told of each version of the settings once, never of an older one. */
export function createConfigFollower(
  { store, link }: Pick<WorkerTools, 'store' | 'link'>,
  onConfig: (config: DynamicConfig) => void,
): ConfigFollower {
  let seen = 0
  return {
    async follow() {
      const { version, settings } = await link.watch(store.settings.get())
      if (version <= seen) return
      seen = version
      onConfig(settings)
    },
  }
}

/** What holds as long as nobody has put anything into the settings. */
export const noConfig: DynamicConfig = defaultSettings
