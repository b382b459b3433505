import type { Contract } from '../bench.ts'
import { batchesLifeSuite } from './batches-life.ts'
import { groupsCommitSuite } from './groups-commit.ts'
import { groupsCutSuite } from './groups-cut.ts'
import { groupsWakingSuite } from './groups-waking.ts'
import { instancePartsSuite } from './instance-parts.ts'
import { instancesAppendSuite } from './instances-append.ts'
import { instancesCollectSuite } from './instances-collect.ts'
import { instancesCreateSuite } from './instances-create.ts'
import { instancesLeftoversSuite } from './instances-leftovers.ts'
import { instancesListSuite } from './instances-list.ts'
import { instancesNewestSuite } from './instances-newest.ts'
import { instancesOpenSuite } from './instances-open.ts'
import { instancesRemoveSuite } from './instances-remove.ts'
import { instancesRepeatsSuite } from './instances-repeats.ts'
import { instancesRetentionSuite } from './instances-retention.ts'
import { instancesSendSuite } from './instances-send.ts'
import { instancesTogetherSuite } from './instances-together.ts'
import { instancesWakingSuite } from './instances-waking.ts'
import { instancesWatchSuite } from './instances-watch.ts'
import { mailboxesBatchSuite } from './mailboxes-batch.ts'
import { mailboxesCommitSuite } from './mailboxes-commit.ts'
import { mailboxesEndSuite } from './mailboxes-end.ts'
import { mailboxesEnqueueSuite } from './mailboxes-enqueue.ts'
import { mailboxesExtendSuite } from './mailboxes-extend.ts'
import { mailboxesJobsSuite } from './mailboxes-jobs.ts'
import { mailboxesOwnedSuite } from './mailboxes-owned.ts'
import { mailboxesReceiveSuite } from './mailboxes-receive.ts'
import { mailboxesTimersSuite } from './mailboxes-timers.ts'
import { membersSuite } from './members.ts'
import { placesSuite } from './places.ts'
import { signalsSuite } from './signals.ts'

/** All there is about instances, their mailboxes and members, but the property test. */
export function instanceSuites(contract: Contract): void {
  instancesCreateSuite(contract)
  mailboxesReceiveSuite(contract)
  mailboxesExtendSuite(contract)
  mailboxesCommitSuite(contract)
  instancePartsSuite(contract)
  placesSuite(contract)
  instancesAppendSuite(contract)
  instancesNewestSuite(contract)
  instancesOpenSuite(contract)
  mailboxesBatchSuite(contract)
  batchesLifeSuite(contract)
  instancesCollectSuite(contract)
  groupsCutSuite(contract)
  groupsCommitSuite(contract)
  groupsWakingSuite(contract)
  mailboxesEnqueueSuite(contract)
  mailboxesJobsSuite(contract)
  membersSuite(contract)
  mailboxesTimersSuite(contract)
  mailboxesOwnedSuite(contract)
  mailboxesEndSuite(contract)
  instancesSendSuite(contract)
  signalsSuite(contract)
  instancesRemoveSuite(contract)
  instancesRetentionSuite(contract)
  instancesLeftoversSuite(contract)
  instancesListSuite(contract)
  instancesWakingSuite(contract)
  instancesWatchSuite(contract)
  instancesRepeatsSuite(contract)
  instancesTogetherSuite(contract)
}
