import type { HandlerSetting, NodeSetting, Retention, SchedulerSetting, Settings } from '@dureq/types'

/**
 * Configuration that all nodes follow within 2 s, whatever their own options say. `undefined` instead of a setting: their own
 * options hold again. None is lost, whoever else changes something meanwhile; everything is checked before it is stored.
 */
export interface Configuration {
  /**
   * Sets what holds for a handler on every node.
   *
   * @param name the task type or pattern it is registered under.
   * @throws ValidationError naming every fault.
   */
  configureHandler(name: string, setting: HandlerSetting | undefined): Promise<void>
  /** Sets what holds for all nodes. */
  configureNodes(setting: NodeSetting | undefined): Promise<void>
  /** Sets what holds for all schedulers. */
  configureScheduler(setting: SchedulerSetting | undefined): Promise<void>
  /** Sets how long ended jobs, workflows and batches are kept, and how many. */
  setRetention(retention: Retention): Promise<void>
  /** Ends jobs dead that no node has served for so many milliseconds; undefined: they wait. */
  setUnservedMs(unservedMs: number | undefined): Promise<void>
  /**
   * Changes the settings as a function of what they are, once more when someone else was faster.
   *
   * @returns the settings as they then are.
   * @throws ValidationError naming every field that is out of range.
   */
  updateSettings(change: (settings: Settings) => Settings): Promise<Settings>
}
