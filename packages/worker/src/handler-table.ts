import { createMatcher } from '@dureq/types'
import type { HandlerEntry } from './handler-entry.ts'

/** Which handler takes a task type (semantics 12.2): the exact one, else the pattern with the longest prefix. */
export type HandlerTable = (taskType: string) => HandlerEntry | undefined

/** Task types of patterns may be without number; what is remembered of them is not. */
const MOST_REMEMBERED = 10_000

/** A table over the handlers of a started worker. */
export function createHandlerTable(entries: readonly HandlerEntry[]): HandlerTable {
  const byName = new Map(entries.map((entry) => [entry.name, entry]))
  const match = createMatcher(byName.keys())
  const remembered = new Map<string, HandlerEntry | undefined>()
  return (taskType) => {
    const known = remembered.get(taskType)
    if (known !== undefined) return known
    const name = match(taskType)
    const entry = name === undefined ? undefined : byName.get(name)
    if (remembered.size >= MOST_REMEMBERED) remembered.clear()
    remembered.set(taskType, entry)
    return entry
  }
}
