import type { LeasedRun, RunOutcome, SettleReply } from '@dureq/types'
import type { Parcel } from './courier.ts'
import type { HookRunner } from './hook-runner.ts'

/** An outcome on its way to the store, and the run it is of. */
export interface OutcomeParcel extends Parcel<RunOutcome> {
  readonly lease: LeasedRun
}

/**
 * Calls the hooks for outcomes the store has taken: failed attempts and pauses here, ends as the store tells them. An
 * outcome that was overtaken by a cancellation is no failure and no pause.
 */
export function callHooksFor(parcels: readonly OutcomeParcel[], reply: SettleReply, hooks: HookRunner): void {
  for (const [i, { item, lease }] of parcels.entries()) {
    const failedOrPaused = item.kind === 'failed' || item.kind === 'paused'
    if (failedOrPaused && reply.outcomes[i] === 'settled' && !endedCancelled(reply, item.firingId)) {
      callHookOf(item, lease, hooks)
    }
  }
}

function endedCancelled({ ended }: SettleReply, firingId: string): boolean {
  return ended.some((firing) => firing.firingId === firingId && firing.status === 'cancelled')
}

function callHookOf(
  outcome: Extract<RunOutcome, { kind: 'failed' | 'paused' }>,
  lease: LeasedRun,
  hooks: HookRunner,
): void {
  if (outcome.kind === 'paused') {
    hooks.paused(lease, outcome.reason ? `pause: ${outcome.reason}` : 'pause')
    return
  }
  hooks.failed(lease, outcome.error)
  if (outcome.then.do === 'pause') hooks.paused(lease, outcome.error)
}
