import type { InstanceHead, InstanceKind } from '@dureq/types'

/** Knows of which kind instances are, so that an order to a workflow never reaches a batch. */
export interface InstanceKinds {
  /** What somebody has seen. */
  note(id: string, kind: InstanceKind): void
  /** Whether there is an instance of this id and kind; one that is known is not asked for again. */
  isOf(kind: InstanceKind, id: string): Promise<boolean>
}

/** Kinds that are remembered: they never change. */
const MOST_KINDS = 10_000

/** Knows nothing yet, and asks `head`. */
export function createInstanceKinds(head: (id: string) => Promise<InstanceHead | undefined>): InstanceKinds {
  const known = new Map<string, InstanceKind>()
  const note: InstanceKinds['note'] = (id, kind) => {
    known.delete(id)
    known.set(id, kind)
    const [oldest] = known.keys()
    if (known.size > MOST_KINDS && oldest !== undefined) known.delete(oldest)
  }
  return {
    note,
    async isOf(kind, id) {
      const remembered = known.get(id)
      if (remembered !== undefined) return remembered === kind
      const found = await head(id)
      if (found !== undefined) note(id, found.kind)
      return found?.kind === kind
    },
  }
}
