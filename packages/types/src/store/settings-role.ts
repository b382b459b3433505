import type { Settings } from '../settings/settings.ts'
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
  /**
   * Replaces the settings if `version` is still the present one; else `conflict`. All nodes are told. What they change of the flow
   * holds from the next claim on: a raised limit or a rate, a pause taken away, wakes who can run what waited for it.
   *
   * @throws ValidationError when a limit of a type or tier is below the number of partitions it is to be split over.
   */
  put(call: CallKey, version: number, settings: Settings): Promise<'saved' | 'conflict'>
}
