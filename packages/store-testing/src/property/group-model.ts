import {
  type Collected,
  type CollectOutcome,
  type GroupSetting,
  homePartition,
  partitionOf,
} from '@dureq/types'
import { expect } from 'vitest'

/** The settings of these histories, each with a queue of its own. */
export const groupSettings: readonly GroupSetting[] = [
  { key: 'a', group: 'g*', gracePeriodMs: 1_000, maxDelayMs: 3_000, maxSize: 3 },
  { key: 'a\nt1', group: 'g*', taskType: 't1', gracePeriodMs: 2_000, maxDelayMs: 2_500, maxSize: 5 },
  { key: '', group: '*', gracePeriodMs: 0, maxDelayMs: 30_000, maxSize: 1_000 },
]

/** What clients were told of one group. */
export interface ModelGroup {
  readonly id: string
  readonly name: string
  readonly taskType: string
  /** Ids by place. */
  readonly messages: string[]
  readonly firstAt: number
  lastAt: number
  /** That of the newest message. */
  setting: GroupSetting
}

/** Groups as the answers of `collect` describe them. */
export class GroupModel {
  readonly groups: Map<string, ModelGroup> = new Map()

  /** Every message that was ever collected. */
  get messages(): readonly string[] {
    return [...this.groups.values()].flatMap(({ messages }) => messages)
  }

  /** Notes the answer of one call. Of calls at once the order is that of the sizes. */
  note(message: Collected, { id, size }: CollectOutcome, now: number): void {
    const { group: name, taskType, setting } = message
    const known = this.groups.get(id)
    const group = known ?? { id, name, taskType, messages: [], firstAt: now, lastAt: now, setting }
    expect([group.name, group.taskType], id).toStrictEqual([name, taskType])
    expect(group.messages[size - 1], `two messages at place ${size} of ${id}`).toBeUndefined()
    if (size > group.messages.length) group.setting = setting
    group.messages[size - 1] = message.id
    group.lastAt = now
    this.groups.set(id, group)
  }
}

/** Whether a group can be uncut at this time: it is not full, and its time is not over. */
export function mayWait({ messages, setting, firstAt, lastAt }: ModelGroup, now: number): boolean {
  const dueAt = Math.min(lastAt + setting.gracePeriodMs, firstAt + setting.maxDelayMs)
  return messages.length < setting.maxSize && now < dueAt
}

/** Proves that a group is where its name and task type belong. */
export function expectHome({ id, name, taskType }: ModelGroup, partitions: number): void {
  expect(partitionOf(id)).toBe(homePartition({ id: '', requestId: `${name}\n${taskType}` }, partitions))
}
