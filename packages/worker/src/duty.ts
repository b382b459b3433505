import {
  createHandlerSet,
  type EffectiveHandler,
  type HandlerSet,
  type HandlerSetting,
  present,
} from '@dureq/types'
import type { NodeConfig } from './config-follower.ts'
import type { HandlerEntry } from './handler-entry.ts'
import { createHandlerTable, type HandlerTable } from './handler-table.ts'

/** What a node does: how much at once, and with which handlers. */
export interface Duty {
  readonly concurrency: number
  readonly entries: readonly HandlerEntry[]
  /** What the store is told of the handlers. */
  readonly handlers: HandlerSet
  readonly handlerOf: HandlerTable
}

/** What a node was told by its own options. */
export interface OwnDuty {
  readonly concurrency: number
  readonly entries: readonly HandlerEntry[]
}

/** What holds for a node: its own options, and over them what operators have put into the settings. */
export function createDuty(own: OwnDuty, { nodes, handlers }: NodeConfig): Duty {
  const entries = own.entries.map((entry) => withSetting(entry, handlers[entry.name]))
  return {
    concurrency: nodes.maxConcurrency ?? own.concurrency,
    entries,
    handlers: createHandlerSet(entries.map((entry) => entry.spec)),
    handlerOf: createHandlerTable(entries),
  }
}

/** What holds for each handler, by name, as a node tells it the others. */
export function effectiveHandlers({ entries }: Duty): Readonly<Record<string, EffectiveHandler>> {
  const facts = entries.map(({ name, concurrency, timeoutMs, spec: { maxAttempts } }) => [
    name,
    { ...present({ concurrency, timeoutMs }), maxAttempts },
  ])
  return Object.fromEntries(facts)
}

function withSetting(entry: HandlerEntry, setting: HandlerSetting | undefined): HandlerEntry {
  if (setting === undefined) return entry
  const {
    concurrency = entry.concurrency,
    timeoutMs = entry.timeoutMs,
    maxAttempts = entry.spec.maxAttempts,
  } = setting
  return {
    ...entry,
    concurrency,
    timeoutMs,
    policy: { ...entry.policy, maxAttempts },
    spec: { ...entry.spec, maxAttempts },
  }
}
