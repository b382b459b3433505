import { checkKnown, checkName, type DeadFilter, Faults, isPlainObject, parseJob } from '@dureq/types'
import { readReason } from '../cancel-options.ts'
import type { ClientCore } from '../core.ts'
import type { JobRef } from '../job-ref.ts'
import { type OrderOptions, readBy } from '../order-options.ts'
import { createOrders, type Orders } from '../orders.ts'
import { checkListing, pageRequest } from '../page-options.ts'
import { checkDeadFilter, deadFilterNames, deadFilterOf } from './dead-filter.ts'
import { checkJobList, giveToMany } from './give-to-many.ts'
import type { Operations } from './operations.ts'
import type { OrderReport, WalkReport } from './order-report.ts'
import { walkDead } from './walk-dead.ts'
import { checkWalk, DEFAULT_WALK, type WalkOptions, walkOptionNames } from './walk-options.ts'
import { type VersionFilter, walkVersion } from './walk-version.ts'

/** The part of a client that gives orders to many. */
export function createOperations(core: ClientCore): Operations {
  const orders = createOrders(core)
  const { inspector } = core.store
  return {
    ...ofLists(core, orders),
    async listDead(options = {}) {
      checkListing(options, deadFilterNames, checkDeadFilter)
      const { rows, ...rest } = await inspector.listDead(deadFilterOf(options), pageRequest(options))
      return { jobs: rows.map(parseJob), ...rest }
    },
    retryDead: ofDead(core, orders, 'retry'),
    deleteDead: ofDead(core, orders, 'delete'),
    async reassignVersions(filter, version, options = {}) {
      checkVersions(filter, version, options)
      const by = readBy(core, options)
      const { limit = DEFAULT_WALK, cursor } = options
      return await walkVersion(inspector, orders, {
        filter,
        limit,
        cursor,
        make: (id) => ({ verb: 'reassignVersion', id, ...(version !== undefined && { version }), ...by }),
      })
    },
  }
}

type OfLists = Pick<Operations, 'retryJobs' | 'cancelJobs' | 'deleteJobs' | 'purgeJobs'>

function ofLists(core: ClientCore, orders: Orders): OfLists {
  const simple =
    (verb: 'retry' | 'delete' | 'purge') =>
    async (jobs: readonly JobRef[], options?: OrderOptions): Promise<OrderReport> => {
      checkJobList(jobs)
      const by = readBy(core, options)
      return await giveToMany(orders, jobs, (id) => ({ verb, id, ...by }))
    }
  return {
    retryJobs: simple('retry'),
    deleteJobs: simple('delete'),
    purgeJobs: simple('purge'),
    async cancelJobs(jobs, options) {
      checkJobList(jobs)
      const details = { ...readReason(options), ...readBy(core, options) }
      return await giveToMany(orders, jobs, (id) => ({ verb: 'cancel', id, ...details }))
    },
  }
}

function ofDead(
  core: ClientCore,
  orders: Orders,
  verb: 'retry' | 'delete',
): (filter: DeadFilter, options?: WalkOptions) => Promise<WalkReport> {
  return async (filter, options = {}) => {
    checkOrder({ filter, options }, deadFilterNames, (faults) => checkDeadFilter(filter, faults))
    const by = readBy(core, options)
    const { limit = DEFAULT_WALK, cursor } = options
    return await walkDead(core.store.inspector, orders, {
      filter: deadFilterOf(filter),
      limit,
      cursor,
      make: (id) => ({ verb, id, ...by }),
    })
  }
}

function checkVersions(filter: VersionFilter, version: unknown, options: WalkOptions): void {
  checkOrder({ filter, options }, ['taskType', 'version'], (faults) => {
    checkName('taskType', filter.taskType, 'taskType', faults)
    checkName('version', filter.version, 'version', faults)
    if (version !== undefined) checkName('version', version, 'to', faults)
    if (version === filter.version) faults.add('to', 'must be another version')
  })
}

/** Checks the options of an order with a filter, and the filter where it is an object. */
function checkOrder(
  { filter, options }: { readonly filter: object; readonly options: WalkOptions },
  names: readonly string[],
  checkFilter: (faults: Faults) => void,
): void {
  const faults = new Faults()
  if (isPlainObject(filter)) {
    checkKnown(filter, names, '', faults)
    checkFilter(faults)
  } else faults.add('filter', 'must be an object')
  if (isPlainObject(options)) {
    checkKnown(options, walkOptionNames, '', faults)
    checkWalk(options, faults)
  } else faults.add('options', 'must be an object')
  faults.throwIfAny()
}
