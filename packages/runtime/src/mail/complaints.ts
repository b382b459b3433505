import type { InstanceHead, InstanceKind, Logger } from '@dureq/types'

/** Instances remembered as complained about; beyond that the oldest is forgotten and may be complained about again. */
const MOST = 1_000

/** Says once of each instance what is wrong with it. */
export interface Complaints {
  /** It cannot be carried on at present. */
  add(head: Pick<InstanceHead, 'id' | 'name'>, error: unknown): void
  /** It has been carried on. */
  over(id: string): void
}

/** Complaints to a log: one line per instance of this kind until it goes on. */
export function createComplaints(logger: Logger, kind: InstanceKind): Complaints {
  const known = new Set<string>()
  return {
    add({ id, name }, error) {
      if (known.has(id)) return
      known.add(id)
      for (const oldest of known) {
        if (known.size <= MOST) break
        known.delete(oldest)
      }
      const ids = { [`${kind}Id`]: id, [kind]: name }
      logger.error({ err: error, ...ids }, `a ${kind} cannot be carried on; trying again`)
    },
    over(id) {
      if (known.delete(id)) logger.info({ [`${kind}Id`]: id }, `the ${kind} is carried on again`)
    },
  }
}
