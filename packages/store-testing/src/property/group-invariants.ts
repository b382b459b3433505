import type { InstanceHead } from '@dureq/types'
import { expect } from 'vitest'
import type { TimedBench } from '../bench.ts'
import { groupsOf, messagesOf } from '../fixtures/groups.ts'
import { receive } from '../fixtures/instances.ts'
import { allJobs } from '../fixtures/reads.ts'
import { sorted } from '../fixtures/sorted.ts'
import { type FailedGroup, groupQueues, type MadeOfGroup } from './group-engine.ts'
import { expectHome, type GroupModel, type ModelGroup, mayWait } from './group-model.ts'

/**
 * Proves that every message is in exactly one group or one job made of a group, at the place it was told of, and that every
 * group moves on: it has mail, waits for its next try, or is not full and its time is not over; one of a name and task type at most.
 */
export async function expectGroupInvariants(bench: TimedBench, model: GroupModel): Promise<void> {
  const waiting = await groupsOf(bench)
  const made = await madeOf(bench)
  const found = [
    ...(await Promise.all(
      waiting.map(async (head) => ({ group: head.id, messages: await messagesOf(bench, head) })),
    )),
    ...made,
  ]
  expect(sorted(found.map(({ group }) => group))).toStrictEqual(sorted([...model.groups.keys()]))
  for (const { group, messages } of found) expect(messages).toStrictEqual(model.groups.get(group)?.messages)
  const all = found.flatMap(({ messages }) => messages)
  expect(new Set(all).size).toBe(all.length)
  expect(sorted(all)).toStrictEqual(sorted(model.messages))
  await expectMovers(bench, model, waiting)
  await expectHeads(bench, model, waiting)
}

/** What jobs were made of, by their payloads. */
async function madeOf({ store }: TimedBench): Promise<readonly MadeOfGroup[]> {
  return (await allJobs(store)).map(({ payload }) => JSON.parse(payload) as MadeOfGroup)
}

async function expectMovers(
  bench: TimedBench,
  model: GroupModel,
  waiting: readonly InstanceHead[],
): Promise<void> {
  const now = bench.clock.now()
  const bags = await receive(bench, { queues: groupQueues, nodeId: 'looker', limit: 1_000, leaseMs: 1 })
  await bench.clock.advanceBy(1)
  const withMail = new Set(bags.map(({ head }) => head.id))
  const uncut: string[] = []
  for (const head of waiting) {
    const { retryAt } = JSON.parse(head.state) as FailedGroup
    if (withMail.has(head.id) || (retryAt !== undefined && retryAt > now)) continue
    const group = model.groups.get(head.id) as ModelGroup
    expect(mayWait(group, now), `${head.id} stands still at ${now}: ${JSON.stringify(group)}`).toBe(true)
    uncut.push(`${group.name} ${group.taskType}`)
  }
  expect(uncut).toStrictEqual([...new Set(uncut)])
}

async function expectHeads(
  { store }: TimedBench,
  model: GroupModel,
  waiting: readonly InstanceHead[],
): Promise<void> {
  const { partitions } = await store.inspector.info()
  const counts = new Map<string, number>()
  for (const head of waiting) {
    const { name, taskType, messages, firstAt, ...group } = model.groups.get(head.id) as ModelGroup
    const input = JSON.stringify(taskType)
    expect(head).toMatchObject({ name, input, size: messages.length, createdAt: firstAt })
    expectHome({ ...group, name, taskType, messages, firstAt }, partitions)
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const counted = await store.inspector.countInstances('group')
  expect(new Map(counted.map(({ name, count }) => [name, count]))).toEqual(counts)
}
