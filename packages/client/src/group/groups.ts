import type { EnqueueGroupOptions, Task } from '@dureq/types'
import type { GroupPage, ListGroupsOptions } from './group-listing.ts'

/** Where a task for a group stands: how many messages the group has with it. */
export interface GroupSize {
  readonly size: number
}

/** Groups: tasks that are collected until an aggregator makes one job of them. */
export interface Groups {
  /**
   * Puts a task into a group. What is asked for in one tick travels together. Groups, also of one name, are apart by task type.
   *
   * @returns how many messages the group has with this one. The one that makes it complete closes it: the next begins anew.
   * @throws ValidationError naming every fault; SizeLimitError when the size of the payload is the only one.
   * @throws StoreUnavailableError, StoreFullError as the store does.
   */
  enqueueGroup<Input>(
    task: Task<Input, unknown, unknown>,
    group: string,
    payload: NoInfer<Input>,
  ): Promise<GroupSize>
  /** The same by name, with any JSON as payload; no schema checks it here. */
  enqueueGroup(message: EnqueueGroupOptions<unknown>): Promise<GroupSize>
  /**
   * A page of the groups that have messages, in the order in which they began, those whose aggregator has failed as well.
   *
   * @param options `name` for the groups of that name; else as of other lists.
   * @throws ValidationError naming every fault.
   */
  listGroups(options?: ListGroupsOptions): Promise<GroupPage>
}
