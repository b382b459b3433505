import {
  checkName,
  type Faults,
  type GroupState,
  type InstanceHead,
  type PageRequest,
  present,
} from '@dureq/types'
import type { ClientCore } from '../core.ts'
import { checkListing, pageRequest } from '../page-options.ts'

/** Which groups to list, and which part of the list. */
export interface ListGroupsOptions extends Partial<PageRequest> {
  readonly name?: string
}

/** Messages of one group that wait, or are being put together. Instants are epoch milliseconds. */
export interface GroupInfo {
  readonly name: string
  readonly taskType: string
  /** How many messages it has. */
  readonly size: number
  /** When its first message came. */
  readonly createdAt: number
  /** How often the aggregator has failed on them. */
  readonly attempts: number
  /** Why it failed last. */
  readonly error?: string
  /** When it tries again. */
  readonly retryAt?: number
}

/** One page of groups. */
export interface GroupPage {
  readonly groups: readonly GroupInfo[]
  readonly total: number
  readonly totalExact: boolean
  /** Where the next page begins; absent on the last one. */
  readonly cursor?: string
}

/**
 * A page of groups.
 *
 * @throws ValidationError naming every fault of the options.
 */
export async function listGroups(
  { inspector }: Pick<ClientCore['store'], 'inspector'>,
  options: ListGroupsOptions,
): Promise<GroupPage> {
  checkListing(options, ['name'], checkFilter)
  const { name, ...page } = options
  const { rows, ...rest } = await inspector.listInstances('group', present({ name }), pageRequest(page))
  return { groups: rows.map(infoOf), ...rest }
}

function infoOf({ name, input = '""', size, createdAt, state }: InstanceHead): GroupInfo {
  const { attempts = 0, error, retryAt } = JSON.parse(state) as GroupState
  return {
    name,
    taskType: JSON.parse(input) as string,
    size,
    createdAt,
    attempts,
    ...present({ error, retryAt }),
  }
}

function checkFilter({ name }: ListGroupsOptions, faults: Faults): void {
  if (name !== undefined) checkName('group', name, 'name', faults)
}
