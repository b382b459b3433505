import { checkSettings, type Settings, type VersionedSettings } from '@dureq/types'
import type { ClientCore } from './core.ts'

/** Reads and changes what all nodes and clients of the store agree on. */
export interface SettingsControl {
  /** The settings as they are, with the version a change must name. */
  getSettings(): Promise<VersionedSettings>
  /**
   * Replaces the settings, if `version` is still the present one; all nodes follow within seconds.
   *
   * @returns `conflict` when someone else was faster: read again and decide anew.
   * @throws ValidationError naming every field that is out of range.
   */
  putSettings(version: number, settings: Settings): Promise<'saved' | 'conflict'>
}

/** The part of a client that knows settings. */
export function createSettingsControl({ store, caller }: ClientCore): SettingsControl {
  return {
    getSettings: () => store.settings.get(),
    putSettings(version, settings) {
      checkSettings(settings)
      return caller.call((key) => store.settings.put(key, version, settings))
    },
  }
}
