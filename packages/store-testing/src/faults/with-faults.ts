import {
  type Clock,
  isCallKey,
  type Store,
  type StoreRole,
  StoreUnavailableError,
  storeRoles,
} from '@dureq/types'
import type { FaultPlan } from './fault-plan.ts'

/** What faults need. */
export interface FaultOptions {
  readonly plan: FaultPlan
  /** Waits for delayed calls. */
  readonly clock: Clock
}

type Method = (...args: readonly unknown[]) => Promise<unknown>

/**
 * The same store, reached through a bad network: the plan says what happens to each call. A fault shows as the error an
 * adapter gives when it has given up, `StoreUnavailableError`. Calls without a call key change nothing, so they are never
 * repeated and a lost reply `mayHaveHappened` not; `events.subscribe` and `close` are left alone.
 */
export function withFaults(store: Store, options: FaultOptions): Store {
  const faulty = Object.fromEntries(storeRoles.map((name) => [name, faultyRole(name, store[name], options)]))
  return {
    ...(faulty as Pick<Store, StoreRole>),
    beat: null,
    limits: store.limits,
    close: () => store.close(),
  }
}

function faultyRole(role: string, target: object, options: FaultOptions): object {
  return new Proxy(target, {
    get(_, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function' || name === 'subscribe') return member
      const method = member.bind(target) as Method
      return (...args: readonly unknown[]) =>
        meet(`${role}.${String(name)}`, () => method(...args), args, options)
    },
  })
}

async function meet(
  name: string,
  send: () => Promise<unknown>,
  args: readonly unknown[],
  { plan, clock }: FaultOptions,
): Promise<unknown> {
  const changing = isCallKey(args[0])
  const fault = plan.next(name)
  switch (fault.kind) {
    case 'none':
      return send()
    case 'refused':
      throw new StoreUnavailableError(false, { cause: new Error(`${name} was refused`) })
    case 'lost':
      await send()
      throw new StoreUnavailableError(changing, { cause: new Error(`the reply of ${name} was lost`) })
    case 'repeated':
      if (changing) await send()
      return send()
    case 'delayed':
      await clock.sleep(fault.ms)
      return send()
  }
}
