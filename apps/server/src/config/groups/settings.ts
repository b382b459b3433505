import type { FiringCaps, NodeSetting, Retention, SchedulerSetting, Settings } from '@dureq/types'
import type { OptionSchema, Options, OptionTree } from '../option.ts'

/** Settings as the configuration may give them: every part, and every member of a part, may be absent. */
export interface SettingsConfig
  extends Partial<Pick<Settings, 'tiers' | 'taskTypes' | 'keys' | 'groups' | 'handlers' | 'unservedMs'>> {
  readonly retention: Partial<Omit<Retention, 'firings'>> & { readonly firings: Partial<FiringCaps> }
  readonly nodes: NodeSetting
  readonly scheduler: SchedulerSetting
}

const ms = (description: string): OptionSchema => ({ type: 'integer', minimum: 0, description })
const count = (description: string): OptionSchema => ({ type: 'integer', minimum: 0, description })
const byName = (description: string): OptionSchema => ({ type: 'object', description })
const list = (description: string): OptionSchema => ({ type: 'array', description })

const retention: Options<Omit<Retention, 'firings'>> = {
  completedMs: ms('Time completed jobs, workflows and batches are kept; 7 days'),
  deadMs: ms('Time dead jobs and failed workflows and batches are kept; 30 days'),
  cancelledMs: ms('Time cancelled ones are kept; 30 days'),
  completedCount: count('Most completed jobs kept; no limit'),
  deadCount: count('Most dead jobs kept; no limit'),
  cancelledCount: count('Most cancelled jobs kept; no limit'),
}

const firings: Options<FiringCaps> = {
  completed: count('Most completed firings a recurring job keeps; 100'),
  dead: count('Most dead firings a recurring job keeps; 1,000'),
  cancelled: count('Most cancelled firings a recurring job keeps; 100'),
}

const nodes: Options<NodeSetting> = {
  maxConcurrency: count('Most handlers running at once on each node; what the node says'),
}

const scheduler: Options<SchedulerSetting> = {
  maxBackfillPerTick: count('Most missed firings a schedule catches up with at once; 10'),
  tickIntervalMs: ms('Least time between two rounds of a scheduler; 0'),
}

/** The options of the group `settings`: what a store is given at first use; from then on what operators say stands. */
export const settingsOptions: OptionTree = {
  retention: { ...retention, firings },
  tiers: list('Classes of urgency, `[{ name, minPriority, weight, rateLimit?, rateBurst?, maxRunning? }]`'),
  taskTypes: byName('By task type: `{ maxRunning?, maxDepth?, whenFull?, rateLimit?, rateBurst?, paused? }`'),
  keys: byName('By concurrency key: `{ maxConcurrency?, rateLimit?, rateBurst? }`'),
  groups: list('How groups are collected, `[{ key, group, taskType?, gracePeriodMs, maxDelayMs, maxSize }]`'),
  handlers: byName('By handler: `{ concurrency?, timeoutMs?, maxAttempts? }`'),
  nodes,
  scheduler,
  unservedMs: ms('Time after which jobs no node has a handler for end dead; they wait'),
}
