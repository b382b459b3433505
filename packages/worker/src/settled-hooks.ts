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
  let cancelled: Set<string> | undefined
  for (let i = 0; i < parcels.length; i++) {
    const { item, lease } = parcels[i] as OutcomeParcel
    if (item.kind !== 'failed' && item.kind !== 'paused') continue
    cancelled ??= endedCancelled(reply)
    if (reply.outcomes[i] === 'settled' && !cancelled.has(item.firingId)) callHookOf(item, lease, hooks)
  }
}

function endedCancelled({ ended }: SettleReply): Set<string> {
  return new Set(ended.filter(({ status }) => status === 'cancelled').map(({ firingId }) => firingId))
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
