import type { Faults } from '../faults.ts'
import { checkHandlerName } from '../names.ts'
import { checkInteger } from '../numbers.ts'
import { checkKnown, isPlainObject } from '../option-checks.ts'
import { entriesOf } from './flow-settings.ts'

/** What an operator says of one handler; it wins over what the code of a node says. */
export interface HandlerSetting {
  /** Most executions at once on each node, 1-100,000. */
  readonly concurrency?: number
  /** Timeout of jobs that have none of their own, in ms; 1 to a year. */
  readonly timeoutMs?: number
  /** Attempts of jobs without a retry policy of their own, 1-1,000. */
  readonly maxAttempts?: number
}

/** What an operator says of all nodes. */
export interface NodeSetting {
  /** Most handlers running at once on each node, 1-100,000. */
  readonly maxConcurrency?: number
}

/** What an operator says of the schedulers. */
export interface SchedulerSetting {
  /** Most missed firings one schedule catches up with at once when it does not say itself, 1-1,000. */
  readonly maxBackfillPerTick?: number
  /** Least time between two rounds of a scheduler, in ms, 0-60,000: what is due meanwhile is fired together. */
  readonly tickIntervalMs?: number
}

/** Configuration that every node follows within 2 s (semantics part two, 9.7). Absent: what its own options say. */
export interface DynamicConfig {
  /** By the name a handler is registered under: a task type or a pattern. */
  readonly handlers: Readonly<Record<string, HandlerSetting>>
  readonly nodes: NodeSetting
  readonly scheduler: SchedulerSetting
}

const YEAR_MS = 365 * 24 * 60 * 60 * 1000
const concurrency = { min: 1, max: 100_000 }

/** Adds a fault for everything that is wrong with a dynamic configuration. */
export function checkDynamicConfig({ handlers, nodes, scheduler }: DynamicConfig, faults: Faults): void {
  for (const [name, setting] of entriesOf(handlers, 'handlers', faults)) {
    checkHandlerName(name, `handlers.${name}`, faults)
    checkGiven(setting, handlerRanges, `handlers.${name}`, faults)
  }
  checkGiven(nodes, { maxConcurrency: concurrency }, 'nodes', faults)
  checkGiven(scheduler, schedulerRanges, 'scheduler', faults)
}

const handlerRanges = {
  concurrency,
  timeoutMs: { min: 1, max: YEAR_MS },
  maxAttempts: { min: 1, max: 1_000 },
}

const schedulerRanges = {
  maxBackfillPerTick: { min: 1, max: 1_000 },
  tickIntervalMs: { min: 0, max: 60_000 },
}

/** Every member that is given must be known and a whole number in its range. */
function checkGiven(
  setting: object,
  ranges: Readonly<Record<string, { readonly min: number; readonly max: number }>>,
  field: string,
  faults: Faults,
): void {
  if (!isPlainObject(setting)) return faults.add(field, 'must be an object')
  checkKnown(setting, Object.keys(ranges), `${field}.`, faults)
  for (const [name, range] of Object.entries(ranges)) {
    const value = setting[name]
    if (value !== undefined) checkInteger(value, range, `${field}.${name}`, faults)
  }
}
