import { describe } from 'vitest'
import type { ContractOptions, StoreAdapter } from './adapter.ts'
import { createContract } from './bench.ts'
import { advanceSuite } from './suites/advance.ts'
import { auditSuite } from './suites/audit.ts'
import { auditInstancesSuite } from './suites/audit-instances.ts'
import { auditSchedulesSuite } from './suites/audit-schedules.ts'
import { cancelSuite } from './suites/cancel.ts'
import { claimSuite } from './suites/claim.ts'
import { commandsSuite } from './suites/commands.ts'
import { dailyCountsSuite } from './suites/daily-counts.ts'
import { enqueueSuite } from './suites/enqueue.ts'
import { eventsSuite } from './suites/events.ts'
import { extendSuite } from './suites/extend.ts'
import { firingsRunSuite } from './suites/firings-run.ts'
import { flowPropertySuite } from './suites/flow-property.ts'
import { flowSuites } from './suites/flow-suites.ts'
import { groupsPropertySuite } from './suites/groups-property.ts'
import { inspectorSuite } from './suites/inspector.ts'
import { instanceSuites } from './suites/instance-suites.ts'
import { instancesPropertySuite } from './suites/instances-property.ts'
import { leasesSuite } from './suites/leases.ts'
import { linesSuite } from './suites/lines.ts'
import { listAllRunsSuite } from './suites/list-all-runs.ts'
import { listDeadSuite } from './suites/list-dead.ts'
import { listFiltersSuite } from './suites/list-filters.ts'
import { memoSuite } from './suites/memo.ts'
import { nodesSuite } from './suites/nodes.ts'
import { pauseSuite } from './suites/pause.ts'
import { propertySuite } from './suites/property.ts'
import { purgeSuite } from './suites/purge.ts'
import { reassignVersionSuite } from './suites/reassign-version.ts'
import { recurringEndsSuite } from './suites/recurring-ends.ts'
import { recurringJobsSuite } from './suites/recurring-jobs.ts'
import { releaseSuite } from './suites/release.ts'
import { repeatsSuite } from './suites/repeats.ts'
import { retentionSuite } from './suites/retention.ts'
import { retentionCapsSuite } from './suites/retention-caps.ts'
import { retrySuite } from './suites/retry.ts'
import { schedulesChangeSuite } from './suites/schedules-change.ts'
import { schedulesFireSuite } from './suites/schedules-fire.ts'
import { schedulesOverlapSuite } from './suites/schedules-overlap.ts'
import { schedulesPropertySuite } from './suites/schedules-property.ts'
import { schedulesRepeatsSuite } from './suites/schedules-repeats.ts'
import { schedulesWakingSuite } from './suites/schedules-waking.ts'
import { searchSuite } from './suites/search.ts'
import { searchInstancesSuite } from './suites/search-instances.ts'
import { settingsSuite } from './suites/settings.ts'
import { settleSuite } from './suites/settle.ts'
import { stacksSuite } from './suites/stacks.ts'
import { standingSuite } from './suites/standing.ts'
import { togetherSuite } from './suites/together.ts'
import { uniqueKeysSuite } from './suites/unique-keys.ts'
import { wakingSuite } from './suites/waking.ts'

/**
 * Registers the tests every store must pass, in a vitest file of the adapter. Each test is named by the sentence of the
 * contract it proves and works on a store of its own.
 *
 * @param name of the adapter, as the tests are to show it.
 */
export function storeContract(name: string, adapter: StoreAdapter, options: ContractOptions = {}): void {
  const contract = createContract(adapter, options)
  describe(`${name} keeps the contract of a store`, () => {
    enqueueSuite(contract)
    commandsSuite(contract)
    cancelSuite(contract)
    retrySuite(contract)
    pauseSuite(contract)
    uniqueKeysSuite(contract)
    claimSuite(contract)
    linesSuite(contract)
    extendSuite(contract)
    settleSuite(contract)
    togetherSuite(contract)
    releaseSuite(contract)
    advanceSuite(contract)
    retentionSuite(contract)
    retentionCapsSuite(contract)
    repeatsSuite(contract)
    eventsSuite(contract)
    leasesSuite(contract)
    nodesSuite(contract)
    settingsSuite(contract)
    inspectorSuite(contract, options)
    listFiltersSuite(contract)
    listDeadSuite(contract)
    listAllRunsSuite(contract)
    searchSuite(contract)
    searchInstancesSuite(contract)
    dailyCountsSuite(contract)
    memoSuite(contract)
    auditSuite(contract)
    auditInstancesSuite(contract)
    auditSchedulesSuite(contract)
    purgeSuite(contract)
    reassignVersionSuite(contract)
    stacksSuite(contract)
    standingSuite(contract)
    wakingSuite(contract)
    flowSuites(contract)
    schedulesFireSuite(contract)
    schedulesOverlapSuite(contract)
    schedulesChangeSuite(contract)
    recurringJobsSuite(contract)
    recurringEndsSuite(contract)
    firingsRunSuite(contract)
    schedulesRepeatsSuite(contract)
    schedulesWakingSuite(contract)
    instanceSuites(contract)
    propertySuite(adapter, options)
    schedulesPropertySuite(adapter, options)
    instancesPropertySuite(adapter, options)
    groupsPropertySuite(adapter, options)
    flowPropertySuite(adapter, options)
  })
}
