import { type Actor, checkActor, ValidationError } from '@dureq/types'
import type { ClientCore } from './core.ts'

/** What may be said about any order. */
export interface OrderOptions {
  /**
   * On whose behalf it is given: who, from where, why. It is kept in the audit trail of the job, workflow or batch. What is left out is
   * the client's `actor`; without either nothing is kept.
   */
  readonly by?: Partial<Actor>
}

/**
 * On whose behalf an order is given.
 *
 * @throws ValidationError naming every fault.
 */
export function readBy(
  { actor }: Pick<ClientCore, 'actor'>,
  { by }: OrderOptions = {},
): { readonly by?: Actor } {
  if (by === undefined) return actor === undefined ? {} : { by: actor }
  if (typeof by !== 'object' || by === null)
    throw new ValidationError([{ field: 'by', problem: 'must be an object' }])
  return { by: checkActor({ ...actor, ...by } as Actor, 'by') }
}
