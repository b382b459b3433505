import { Faults } from '../faults.ts'
import { checkName } from '../names.ts'
import { checkKnown, isPlainObject } from '../option-checks.ts'

/** On whose behalf something is done. */
export interface Actor {
  /** A user, a service. At most 200 characters, as the others. */
  readonly who: string
  /** An address, a program. */
  readonly from?: string
  /** What for. */
  readonly why?: string
}

/** One act on a job, firing, workflow or batch, as its audit trail keeps it. */
export interface AuditEntry extends Partial<Actor> {
  /** The store's clock, epoch ms. */
  readonly at: number
  /** `cancel`, `retry`, `pause`, ...: of a schedule the verb of its change, of a workflow or batch the kind of the message. */
  readonly verb: string
}

/** Acts kept of one job, firing, workflow or batch: the newest. */
export const MAX_AUDIT_ENTRIES = 100

/**
 * The actor, checked.
 *
 * @throws ValidationError naming every fault.
 */
export function checkActor(actor: Actor, field: string): Actor {
  const faults = new Faults()
  if (!isPlainObject(actor)) faults.add(field, 'must be an object')
  else {
    checkKnown(actor, ['who', 'from', 'why'], `${field}.`, faults)
    checkName('actor', actor.who, `${field}.who`, faults)
    if (actor.from !== undefined) checkName('actor', actor.from, `${field}.from`, faults)
    if (actor.why !== undefined) checkName('actor', actor.why, `${field}.why`, faults)
  }
  faults.throwIfAny()
  return actor
}
