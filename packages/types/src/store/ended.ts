/** A firing that one step ended: what hooks and logs of the calling process are told. */
export interface EndedFiring {
  readonly firingId: string
  readonly jobId: string
  readonly taskType: string
  readonly status: 'completed' | 'dead' | 'cancelled'
  /** Executions finished, this end included. */
  readonly attempt: number
  /** The run whose step ended it. */
  readonly runId?: string
  readonly error?: string
}
