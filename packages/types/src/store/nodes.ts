import type { NodeInfo } from '../node-info.ts'
import type { CallKey } from './call.ts'
import type { HandlerSet } from './handler-set.ts'

/** Knows the nodes of the cluster and what they can run. */
export interface NodesRole {
  /**
   * Says that a node lives, for `ttlMs`, and registers its handlers: from then on claimable work of these types wakes
   * it. The first announcement of a start (`info.startedAt`) writes `node.joined`; one that stops announcing is
   * taken off by `advance`, which writes `node.crash_detected` once per start. Answers whether it is to drain.
   * `lastHeartbeat` is written by the store's clock.
   */
  announce(
    call: CallKey,
    info: NodeInfo,
    handlers: HandlerSet | undefined,
    ttlMs: number,
  ): Promise<{ readonly draining: boolean }>
  /** Takes a node off at once and forgets its drain flag; writes `node.left` if it was there. */
  leave(call: CallKey, nodeId: string): Promise<void>
  /** The nodes whose announcement has not expired, by id. */
  list(): Promise<readonly NodeInfo[]>
  /** Sets or clears the drain flag of a live node and tells it; false: no such node. */
  drain(call: CallKey, nodeId: string, draining: boolean): Promise<boolean>
}
