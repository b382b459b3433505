/** What the cluster has said yes to, and what has to become of it. */
export interface Accepted {
  /** Jobs that fire once, by id. */
  readonly jobs: Set<string>
  readonly recurring: Set<string>
  readonly workflows: Set<string>
  readonly batches: Set<string>
  /** Jobs somebody was told are deleted. */
  readonly deleted: Set<string>
}

/** Nothing yet. */
export function nothingAccepted(): Accepted {
  return {
    jobs: new Set(),
    recurring: new Set(),
    workflows: new Set(),
    batches: new Set(),
    deleted: new Set(),
  }
}
