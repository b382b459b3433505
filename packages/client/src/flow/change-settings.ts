import { checkSettings, type Settings, ValidationError } from '@dureq/types'
import type { ClientCore } from '../core.ts'

/** Changes the settings of the store, whatever others do meanwhile. */
export type ChangeSettings = (change: (settings: Settings) => Settings) => Promise<Settings>

/**
 * A way to change settings: they are read, changed and put back; when someone else was faster, once more from the beginning.
 * What the change makes of them is checked before anything is stored. Resolves to the settings as they then are.
 */
export function createChangeSettings({
  store,
  caller,
  life,
}: Pick<ClientCore, 'store' | 'caller' | 'life'>): ChangeSettings {
  return async (change) => {
    for (;;) {
      life.signal.throwIfAborted()
      const { version, settings } = await store.settings.get()
      const changed = change(settings)
      checkSettings(changed)
      const outcome = await caller.call((key) => store.settings.put(key, version, changed))
      if (outcome === 'saved') return changed
    }
  }
}

/**
 * Lets the faults of one part of the settings be told by the names of what was handed in: `taskTypes.mail.maxRunning` is
 * `maxRunning` where only the limits of `mail` were.
 *
 * @param prefix what stands before those names.
 */
export async function namedBelow<T>(prefix: string, promise: Promise<T>): Promise<T> {
  try {
    return await promise
  } catch (error) {
    if (!ValidationError.is(error)) throw error
    const fields = error.fields.map((fault) =>
      fault.field.startsWith(`${prefix}.`)
        ? { ...fault, field: fault.field.slice(prefix.length + 1) }
        : fault,
    )
    throw new ValidationError(fields, { cause: error })
  }
}

/** The record with one entry replaced, or without it. */
export function withEntry<Value>(
  record: Readonly<Record<string, Value>>,
  name: string,
  value: Value | undefined,
): Readonly<Record<string, Value>> {
  const { [name]: _, ...others } = record
  // A computed member of a literal, so that `__proto__` is a name like any other.
  return value === undefined ? others : { ...others, [name]: value }
}
