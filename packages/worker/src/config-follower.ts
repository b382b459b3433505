import { type DynamicConfig, defaultSettings } from '@dureq/types'
import type { WorkerTools } from './worker-tools.ts'

/** Follows what operators put into the settings. */
export interface ConfigFollower {
  /** Looks now; what is new is told before it resolves. Rejects when the store is away. */
  follow(): Promise<void>
}

/** What of the settings concerns a worker. */
export type NodeConfig = Pick<DynamicConfig, 'nodes' | 'handlers'>

/**
 * A follower that has not looked yet. `onConfig` is told when something that concerns a worker has changed, never of an older
 * version; most changes of settings concern the store alone.
 */
export function createConfigFollower(
  { store, link }: Pick<WorkerTools, 'store' | 'link'>,
  onConfig: (config: NodeConfig) => void,
): ConfigFollower {
  let seen = 0
  let told = textOf(noConfig)
  return {
    async follow() {
      const { version, settings } = await link.watch(store.settings.get())
      if (version <= seen) return
      seen = version
      const text = textOf(settings)
      if (text === told) return
      told = text
      onConfig(settings)
    },
  }
}

/** What holds as long as nobody has put anything into the settings. */
export const noConfig: NodeConfig = defaultSettings

function textOf({ nodes, handlers }: NodeConfig): string {
  return JSON.stringify([nodes, handlers])
}
