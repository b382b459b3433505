import {
  type RunsRole,
  type Store,
  type StoreObserver,
  type StoreRole,
  StoreUnavailableError,
  storeRoles,
} from '@dureq/types'

/** Methods that wait for something to happen: how long they take says nothing of the store. */
const waiting: ReadonlySet<string> = new Set([
  'jobs.awaitRoom',
  'runs.wait',
  'events.subscribe',
  'events.watch',
])

type Method = (...args: readonly unknown[]) => unknown

/**
 * The same store, which tells `observer` of every call made through it. Adapters know nothing of this: whatever works with a
 * store works with the observed one.
 *
 * @param store Stays open as long as its owner keeps it so; closing the observed one closes it.
 */
export function observeStore(store: Store, observer: StoreObserver): Store {
  const observed = Object.fromEntries(storeRoles.map((role) => [role, observeRole(store, role, observer)]))
  return {
    ...(observed as unknown as Pick<Store, StoreRole>),
    beat: store.beat,
    limits: store.limits,
    close: () => store.close(),
  }
}

function observeRole(store: Store, role: StoreRole, observer: StoreObserver): object {
  const observed = bound(store[role]) as unknown as Record<string, Method>
  for (const [name, method] of Object.entries(observed)) {
    if (!waiting.has(`${role}.${name}`)) observed[name] = timed(method, { role, name, observer })
  }
  return role === 'runs' ? observeRuns(observed as unknown as RunsRole, observer) : observed
}

/** The methods of a role, also those a class gives it, as functions that need no `this`. */
function bound<Role extends object>(role: Role): Role {
  const methods = role as Record<string, Method>
  return Object.fromEntries(methodsOf(role).map((name) => [name, methods[name]?.bind(role)])) as Role
}

function methodsOf(target: object): readonly string[] {
  const names = new Set<string>()
  for (let each = target; each !== Object.prototype && each !== null; each = Object.getPrototypeOf(each)) {
    for (const name of Object.getOwnPropertyNames(each)) names.add(name)
  }
  names.delete('constructor')
  return [...names].filter((name) => typeof Reflect.get(target, name) === 'function')
}

function timed(
  method: Method,
  {
    role,
    name,
    observer,
  }: { readonly role: StoreRole; readonly name: string; readonly observer: StoreObserver },
): Method {
  const call = { role, method: name }
  return async (...args) => {
    const startedAt = performance.now()
    try {
      const reply = await method(...args)
      observer.called({ ...call, outcome: 'answered', durationMs: performance.now() - startedAt })
      return reply
    } catch (error) {
      const outcome = StoreUnavailableError.is(error) ? 'unavailable' : 'refused'
      observer.called({ ...call, outcome, durationMs: performance.now() - startedAt })
      throw error
    }
  }
}

/** The same role, which tells of the runs it hands out and takes back. */
export function observeRuns(runs: RunsRole, observer: Omit<StoreObserver, 'called'>): RunsRole {
  return {
    ...bound(runs),
    async claim(call, request) {
      const startedAt = performance.now()
      const reply = await runs.claim(call, request)
      if (reply.kind === 'claimed' && reply.leases.length > 0)
        observer.claimed(reply.leases, performance.now() - startedAt)
      return reply
    },
    async extend(call, beats) {
      const outcomes = await runs.extend(call, beats)
      const lost = beats.filter((_, i) => outcomes[i] === 'lost')
      if (lost.length > 0) observer.released(lost)
      return outcomes
    },
    async settle(call, outcomes) {
      const startedAt = performance.now()
      const reply = await runs.settle(call, outcomes)
      observer.settled(outcomes, reply, performance.now() - startedAt)
      return reply
    },
    async release(call, leases) {
      const reply = await runs.release(call, leases)
      observer.released(leases)
      return reply
    },
  }
}
