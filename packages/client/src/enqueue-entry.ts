import { checkKnown, Faults, isPlainObject, type Task } from '@dureq/types'
import type { EntryOptions } from './enqueue-options.ts'
import { checkNoWaiting } from './many-options.ts'

/** One job of `enqueueAll`: a task or the name of one, its payload (default: null), and what is said about it. */
export interface EnqueueEntry<Input = unknown> {
  readonly task: Task<Input, unknown, unknown> | string
  readonly payload?: NoInfer<Input>
  readonly options?: EntryOptions
}

/** @throws ValidationError unless the value is a list. */
export function checkEntryList(entries: unknown): void {
  const faults = new Faults()
  if (!Array.isArray(entries)) faults.add('entries', 'must be a list')
  faults.throwIfAny()
}

/** @throws ValidationError unless the value has the form of an entry; what is in it is checked elsewhere. */
export function checkEntry(entry: unknown, index: number): void {
  const faults = new Faults()
  if (isPlainObject(entry)) {
    checkKnown(entry, ['task', 'payload', 'options'], '', faults)
    checkNoWaiting(entry['options'], faults)
  } else faults.add(`entries[${index}]`, 'must be an object with a task')
  faults.throwIfAny()
}
