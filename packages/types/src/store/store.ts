import type { SizeLimits } from '../limits.ts'
import type { BeatDoor } from './beat.ts'
import type { EventsRole } from './events.ts'
import type { InspectorRole } from './inspector.ts'
import type { InstancesRole } from './instances.ts'
import type { JobsRole } from './jobs.ts'
import type { LeasesRole } from './leases.ts'
import type { MailboxesRole } from './mailboxes.ts'
import type { NodesRole } from './nodes.ts'
import type { RunsRole } from './runs.ts'
import type { SchedulesRole } from './schedules.ts'
import type { SettingsRole } from './settings-role.ts'

/**
 * Where dureq keeps everything, composed of roles: a package asks for those it uses with `Pick<Store, ...>`.
 *
 * Every method is batch-shaped and speaks the domain. Every change is one atomic step per item and carries a
 * CallKey. An unreachable store gives `StoreUnavailableError` within the adapter's `commandTimeoutMs`, with
 * `mayHaveHappened` when the change may have taken effect; inputs are taken as already checked. The store's
 * clock decides all times. What must hold whatever happens is written down as invariants I1-I10 in
 * docs/architecture.md and checked by `@dureq/store-testing`.
 */
export interface Store {
  readonly jobs: JobsRole
  readonly runs: RunsRole
  readonly schedules: SchedulesRole
  readonly instances: InstancesRole
  readonly mailboxes: MailboxesRole
  readonly events: EventsRole
  readonly leases: LeasesRole
  readonly nodes: NodesRole
  readonly settings: SettingsRole
  readonly inspector: InspectorRole
  /** What clients and nodes of this store check sizes against. */
  readonly limits: SizeLimits
  /**
   * How a thread of its own opens this store to keep leases alive while the event loop is busy; null where only this
   * process can reach the store (`:memory:`, an injected clock) or a thread could not load it (run from its sources).
   */
  readonly beat: BeatDoor | null
  /** Ends connections and pending waits. Whoever constructed the store closes it; idempotent. */
  close(): Promise<void>
}
