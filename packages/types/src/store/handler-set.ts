import { matchHandler } from '../pattern.ts'

/** What the store must know of one handler to choose and lease work for it. */
export interface HandlerSpec {
  /** An exact task type, or a pattern ending in `*` (semantics 12.2). */
  readonly name: string
  /** Takes only work of this version or of none; absent: takes any. */
  readonly version?: string
  /** Length of its leases unless the job has its own; at least 1,000. */
  readonly leaseMs: number
  /** Attempts allowed unless the job has its own policy. */
  readonly maxAttempts: number
}

/**
 * The handlers of a node. Nodes with equal sets share one id, one ring of claimable work and one wake list.
 */
export interface HandlerSet {
  readonly id: string
  readonly handlers: readonly HandlerSpec[]
}

/** The set of these handlers; its id depends on their content alone, not on their order. */
export function createHandlerSet(handlers: readonly HandlerSpec[]): HandlerSet {
  const sorted = [...handlers].sort((a, b) => (a.name < b.name ? -1 : 1))
  const text = JSON.stringify(sorted.map((h) => [h.name, h.version ?? '', h.leaseMs, h.maxAttempts]))
  return { id: fingerprint(text), handlers: sorted }
}

/** The handler of the set that takes this work, if any: by name first, then by version. */
export function handlerFor(
  set: HandlerSet,
  taskType: string,
  version: string | undefined,
): HandlerSpec | undefined {
  const name = matchHandler(
    set.handlers.map((handler) => handler.name),
    taskType,
  )
  const handler = set.handlers.find((each) => each.name === name)
  if (handler?.version === undefined || version === undefined) return handler
  return handler.version === version ? handler : undefined
}

/** 52 bits of a text in 11 characters; two sets of one deployment that collide would only share rings. */
function fingerprint(text: string): string {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    high = Math.imul(high ^ unit, 2654435761)
    low = Math.imul(low ^ unit, 1597334677)
  }
  return ((high >>> 0) * 0x100000 + ((low >>> 0) & 0xfffff)).toString(36).padStart(11, '0')
}
