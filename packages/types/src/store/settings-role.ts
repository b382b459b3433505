import type { Settings } from '../settings.ts'
import type { CallKey } from './call.ts'

/** Settings with the version a change must name. */
export interface VersionedSettings {
  /** 0 while nothing was ever put: the defaults apply. */
  readonly version: number
  readonly settings: Settings
}

/** Keeps what all nodes and clients agree on. */
export interface SettingsRole {
  get(): Promise<VersionedSettings>
  /** Replaces the settings if `version` is still the present one; else `conflict`. All nodes are told. */
  put(call: CallKey, version: number, settings: Settings): Promise<'saved' | 'conflict'>
}
