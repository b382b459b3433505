import type { BeatDoor } from '@dureq/types'

/**
 * The door of a store for a thread (`Store.beat`).
 *
 * @param file the built module with `openBeat`, beside `beside` (`import.meta.url`).
 * @returns null where a thread could not go through it: from TypeScript sources, which it cannot load, or with options that
 *   cannot be copied to it (functions).
 */
export function beatDoor(file: string, beside: string, options: object): BeatDoor | null {
  if (beside.endsWith('.ts')) return null
  try {
    return { module: new URL(file, beside).href, options: structuredClone(options) }
  } catch {
    return null
  }
}
