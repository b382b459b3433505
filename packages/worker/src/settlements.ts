import type { LeasedRun, LeaseRef, RunOutcome, SettleReply } from '@dureq/types'
import { type Courier, createCourier, type Parcel } from './courier.ts'
import type { Verdict } from './decide-outcome.ts'
import type { Execution } from './execution.ts'
import type { HookRunner } from './hook-runner.ts'
import { callHooksFor, type OutcomeParcel } from './settled-hooks.ts'
import type { WorkerTools } from './worker-tools.ts'

/** What becomes of leases this node is done with: outcomes, and runs handed back. */
export interface Settlements {
  settle(execution: Execution, verdict: Verdict): void
  handBack(execution: Execution): void
  /** Hands back leases that came when no work was wanted any more. */
  refuse(leases: readonly LeasedRun[]): void
  /** How many were refused. */
  readonly refused: number
  /** Sends what there is, in this tick. */
  flush(): void
  /** What the store has not confirmed. */
  readonly undelivered: number
  /** Resolves when the store has confirmed everything, or when `signal` aborts. */
  idle(signal: AbortSignal): Promise<void>
  /** Gives up what cannot be delivered now, and logs it. */
  close(): void
}

/** An outcome may arrive so long after its lease should have expired: the store may be slow to notice. */
const LEASE_MARGIN_MS = 5_000

/**
 * Settlements with nothing to deliver; `onChange` is told when there is something to flush, and when `undelivered` has
 * become less: new work may have waited for that.
 */
export function createSettlements(tools: WorkerTools, hooks: HookRunner, onChange: () => void): Settlements {
  return new CourierSettlements(tools, hooks, onChange)
}

class CourierSettlements implements Settlements {
  refused = 0
  readonly #tools: WorkerTools
  readonly #hooks: HookRunner
  readonly #onChange: () => void
  readonly #outcomes: Courier<OutcomeParcel>
  readonly #returns: Courier<Parcel<LeaseRef>>

  constructor(tools: WorkerTools, hooks: HookRunner, onChange: () => void) {
    const { runs } = tools.store
    this.#tools = tools
    this.#hooks = hooks
    this.#onChange = onChange
    this.#outcomes = createCourier<RunOutcome, OutcomeParcel>({
      ...tools,
      send: (key, outcomes) => runs.settle(key, outcomes),
      onDelivered: (parcels, reply) => this.#settled(parcels, reply),
      onRelieved: onChange,
    })
    this.#returns = createCourier<LeaseRef, Parcel<LeaseRef>>({
      ...tools,
      send: (key, leases) => runs.release(key, leases),
      onDelivered: (_, reply) => hooks.ended(reply.ended, tools.nodeId),
      onRelieved: onChange,
    })
  }

  get undelivered(): number {
    return this.#outcomes.undelivered + this.#returns.undelivered
  }

  settle({ lease, prolongedAt }: Execution, verdict: Verdict): void {
    const until = prolongedAt + lease.leaseMs + LEASE_MARGIN_MS
    this.#outcomes.add({ item: outcomeOf(lease, verdict), until, lease })
    this.#onChange()
  }

  handBack({ ref, prolongedAt, lease }: Execution): void {
    this.#returns.add({ item: ref, until: prolongedAt + lease.leaseMs + LEASE_MARGIN_MS })
    this.#onChange()
  }

  refuse(leases: readonly LeasedRun[]): void {
    const now = this.#tools.clock.now()
    this.refused += leases.length
    for (const { firingId, token, leaseMs } of leases) {
      this.#returns.add({ item: { firingId, token }, until: now + leaseMs + LEASE_MARGIN_MS })
    }
    this.#onChange()
  }

  flush(): void {
    this.#outcomes.flush()
    this.#returns.flush()
  }

  async idle(signal: AbortSignal): Promise<void> {
    this.flush()
    await Promise.all([this.#outcomes.idle(signal), this.#returns.idle(signal)])
  }

  close(): void {
    this.#outcomes.close()
    this.#returns.close()
  }

  #settled(parcels: readonly OutcomeParcel[], reply: SettleReply): void {
    for (let i = 0; i < parcels.length; i++) {
      if (reply.outcomes[i] === 'settled') continue
      const { jobId, runId } = (parcels[i] as OutcomeParcel).lease
      this.#tools.logger.warn({ jobId, runId }, 'an outcome came too late: the lease of its run was lost')
    }
    callHooksFor(parcels, reply, this.#hooks)
    this.#hooks.ended(reply.ended, this.#tools.nodeId)
  }
}

/** Most runs succeed, so that is written out: copying members costs as much as everything else done with an outcome. */
function outcomeOf({ firingId, token }: LeaseRef, verdict: Verdict): RunOutcome {
  if (verdict.kind !== 'succeeded' || verdict.skipped !== undefined || verdict.continueAsNew !== undefined) {
    return { ...verdict, firingId, token }
  }
  const { output } = verdict
  return output === undefined
    ? { kind: 'succeeded', firingId, token }
    : { kind: 'succeeded', firingId, token, output }
}
