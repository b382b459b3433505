/** The runs that one claim gave. */
export interface Batch {
  /** When its leases were taken, on the node's clock. */
  readonly leasedAt: number
  /** When it came to this node, on the node's clock. */
  readonly cameAt: number
  /** Claimed before there were slots for it: the store does not know yet which of its runs have started. */
  readonly ahead: boolean
  /** Its runs that have not ended. */
  left: number
}
