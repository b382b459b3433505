/** In which partitions nodes were told there may be mail. */
export interface MailHints {
  note(nodeId: string, partition: number): void
  /** The partitions a node was told of, once. */
  take(nodeId: string): readonly number[]
}

/** Nothing is known at first. */
export function createMailHints(): MailHints {
  const told = new Map<string, Set<number>>()
  return {
    note(nodeId, partition) {
      const partitions = told.get(nodeId) ?? new Set()
      told.set(nodeId, partitions.add(partition))
    },
    take(nodeId) {
      const partitions = told.get(nodeId)
      told.delete(nodeId)
      return [...(partitions ?? [])]
    },
  }
}
