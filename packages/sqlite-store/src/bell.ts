/** Who waits for what, by key. Ringing is a hint to look again, never the news itself. */
export interface Bell {
  /** Calls `onRing` each time one of the keys is rung, until the function it returns is called. */
  listen(keys: Iterable<string>, onRing: () => void): () => void
  ring(keys: Iterable<string>): void
  ringAll(): void
  isHeard(): boolean
}

/** A bell nobody listens to. */
export function createBell(): Bell {
  const listeners = new Map<string, Set<() => void>>()
  const silence = (key: string, onRing: () => void): void => {
    const ofKey = listeners.get(key)
    ofKey?.delete(onRing)
    if (ofKey?.size === 0) listeners.delete(key)
  }
  return {
    listen(keys, onRing) {
      const heard = [...keys]
      for (const key of heard) {
        const ofKey = listeners.get(key)
        if (ofKey === undefined) listeners.set(key, new Set([onRing]))
        else ofKey.add(onRing)
      }
      return () => {
        for (const key of heard) silence(key, onRing)
      }
    },
    ring(keys) {
      if (listeners.size === 0) return
      for (const key of keys) for (const onRing of listeners.get(key) ?? []) onRing()
    },
    ringAll() {
      for (const ofKey of listeners.values()) for (const onRing of ofKey) onRing()
    },
    isHeard: () => listeners.size > 0,
  }
}
