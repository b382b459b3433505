import { checkSettings, defaultSettings, KEPT_FIRINGS, type Settings } from '@dureq/types'
import type { SettingsConfig } from './config.ts'

/**
 * What a store is given at first use: the defaults, with what the configuration says over them; undefined when it says
 * nothing.
 *
 * @throws ValidationError naming every field that is out of range.
 */
export function initialSettings(config: SettingsConfig): Settings | undefined {
  const { retention: given, nodes, scheduler, ...parts } = config
  const { firings, ...retention } = given
  const saysNothing = [firings, retention, nodes, scheduler, parts].every((part) => isEmpty(part))
  if (saysNothing) return undefined
  const settings: Settings = {
    ...defaultSettings,
    ...parts,
    nodes,
    scheduler,
    retention: {
      ...defaultSettings.retention,
      ...retention,
      ...(!isEmpty(firings) && { firings: { ...KEPT_FIRINGS, ...firings } }),
    },
  }
  checkSettings(settings)
  return settings
}

function isEmpty(part: object): boolean {
  return Object.keys(part).length === 0
}
