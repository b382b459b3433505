import type { KeySetting, KeyUsage, QueueUsage, TaskTypeSetting, TierConfig } from '@dureq/types'

/** Limits of a task type; `undefined` instead of them takes all of them away. */
export type TaskTypeLimits = Omit<TaskTypeSetting, 'paused'>

/**
 * How work flows: what waits, and what keeps it. Changes hold on all nodes from their next claim on; none is lost, whoever else
 * changes something meanwhile. Everything is checked before it is stored.
 */
export interface FlowControl {
  /** How much waits and runs, by tier and by task type, and what no node serves. */
  queues(): Promise<QueueUsage>
  /**
   * Lets nothing of a tier start until `resumeTier`; what runs goes on.
   *
   * @throws ValidationError when there is no such tier.
   */
  pauseTier(tier: string): Promise<void>
  /** Lets a tier go on. */
  resumeTier(tier: string): Promise<void>
  /** Lets nothing of a task type start until `resumeTaskType`; what runs goes on. */
  pauseTaskType(taskType: string): Promise<void>
  /** Lets a task type go on. */
  resumeTaskType(taskType: string): Promise<void>
  /**
   * Replaces all limits of a task type: `rateLimit` and `rateBurst`, `maxRunning`, `maxDepth` and `whenFull`. Whether it is paused
   * stays.
   *
   * @param limits undefined: none.
   * @throws ValidationError naming every fault.
   */
  setTaskTypeLimits(taskType: string, limits: TaskTypeLimits | undefined): Promise<void>
  /**
   * Replaces the tiers. Work of one that is not there any more is served until there is none left.
   *
   * @throws ValidationError naming every fault.
   */
  setTiers(tiers: readonly TierConfig[]): Promise<void>
  /** Who holds a concurrency key, how many wait for it, and what holds for it. */
  getConcurrencyKey(key: string): Promise<KeyUsage>
  /**
   * Sets the limits of a concurrency key, which then win over what jobs state.
   *
   * @param setting undefined: what jobs state holds again.
   * @throws ValidationError naming every fault.
   */
  setConcurrencyKey(key: string, setting: KeySetting | undefined): Promise<void>
  /**
   * Lets nothing with a concurrency key start for so many milliseconds from now, jobs to come included; what runs goes on. A longer
   * time already set stays.
   */
  rateLimitKey(key: string, forMs: number): Promise<void>
}
