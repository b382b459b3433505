import { type InstanceHead, isTerminalJobStatus, isTerminalWorkflowStatus, type Mail } from '@dureq/types'
import { expect } from 'vitest'
import type { TimedBench } from '../bench.ts'
import { receive } from '../fixtures/instances.ts'
import { labelOf, type SeenMail, stateOf } from './instance-engine.ts'
import type { InstanceModel, ModelInstance } from './instance-model.ts'

/** The store as it is, when no engine has mail for itself. */
interface Snapshot {
  readonly now: number
  readonly heads: ReadonlyMap<string, InstanceHead>
  readonly mail: ReadonlyMap<string, readonly Mail[]>
  /** Members that have ended. */
  readonly ended: ReadonlySet<string>
}

/** What a head may lack. */
const absent = { parent: undefined, continuedFrom: undefined, continuedTo: undefined }

/**
 * Proves that the store is as the model says: heads and counts, every message consumed or waiting exactly once and
 * in order (I7), something that will move every instance that has not ended (I8), and every signal once.
 */
export async function expectInstanceInvariants(bench: TimedBench, model: InstanceModel): Promise<void> {
  const snapshot = await take(bench, model)
  for (const instance of model.instances.values()) {
    const head = snapshot.heads.get(instance.id)
    const { id, name, status, version, parent, continuedFrom, continuedTo } = instance
    expect({ ...absent, ...head }, id).toMatchObject({
      name,
      status,
      version,
      parent,
      continuedFrom,
      continuedTo,
    })
    expectMail(instance, model, snapshot)
    expectMover(head as InstanceHead, snapshot)
  }
  await expectParts(bench, snapshot)
  await expectSignals(bench, model, snapshot)
  await expectCounts(bench, model)
}

async function take(bench: TimedBench, model: InstanceModel): Promise<Snapshot> {
  const { store, clock } = bench
  const bags = await receive(bench, { nodeId: 'looker', limit: 1_000, leaseMs: 1 })
  await clock.advanceBy(1)
  const heads = await store.instances.get([...model.instances.keys()])
  const members = await store.jobs.get([...model.members.keys()])
  return {
    now: clock.now(),
    heads: new Map(heads.flatMap((head) => (head === undefined ? [] : [[head.id, head]]))),
    mail: new Map(bags.map(({ head, messages }) => [head.id, messages])),
    ended: new Set(members.flatMap((job) => (job && isTerminalJobStatus(job.status) ? [job.id] : []))),
  }
}

/** I7: what was consumed and what waits is, together, what was recorded. */
function expectMail(instance: ModelInstance, model: InstanceModel, snapshot: Snapshot): void {
  const head = snapshot.heads.get(instance.id) as InstanceHead
  const waiting = (snapshot.mail.get(instance.id) ?? []).map((mail) => ({
    label: labelOf(mail),
    at: mail.at,
  }))
  const all: readonly SeenMail[] = [...stateOf(head).seen, ...waiting]
  const labels = all.map(({ label }) => label)
  const about = (kind: string) => labels.filter((label) => label.startsWith(kind)).sort()

  expect(labels.filter((label) => !/^(jobEnded|timerDue)/.test(label))).toStrictEqual(instance.sent)
  const jobs = [...model.members].filter(([id, owner]) => owner === instance.id && snapshot.ended.has(id))
  expect(about('jobEnded')).toStrictEqual(jobs.map(([id]) => `jobEnded ${id}`).sort())
  const timers = about('timerDue')
  expect(timers).toStrictEqual([...new Set(timers)])
  expect(timers.filter((label) => !instance.everySet.has(label))).toStrictEqual([])
  for (const [name, dueAt] of instance.timers) {
    if (dueAt < snapshot.now - 1) expect(timers).toContain(`timerDue ${name} ${dueAt}`)
  }
  const times = all.map(({ at }) => at)
  expect(times).toStrictEqual([...times].sort((a, b) => a - b))
}

/** I8: an instance that has not ended is suspended, or has a message, or waits for something that will come. */
function expectMover(head: InstanceHead, { ended, heads, mail, now }: Snapshot): void {
  if (isTerminalWorkflowStatus(head.status) || head.status === 'suspended' || mail.has(head.id)) return
  const { jobs, children, timers } = stateOf(head)
  const open = (child: string) => !isTerminalWorkflowStatus(heads.get(child)?.status ?? 'completed')
  const moves = jobs.some((id) => !ended.has(id)) || children.some(open) || timers.length > 0
  expect(moves, `${head.id} stands still at ${now}: ${head.state}`).toBe(true)
}

/** Parts are written by the commits that happened, and by no others. */
async function expectParts({ store }: TimedBench, { heads }: Snapshot): Promise<void> {
  for (const head of heads.values()) {
    const names = stateOf(head).seen.map((_, i) => `m${i}`)
    expect(await store.mailboxes.marked(head.id, 'seen', { limit: 1_000 })).toStrictEqual({
      names,
      total: names.length,
    })
    const parts = await store.mailboxes.parts(head.id, names)
    expect(parts.map((part) => part?.text)).toStrictEqual(
      stateOf(head).seen.map(({ label }) => JSON.stringify(label)),
    )
  }
}

async function expectSignals(
  { store }: TimedBench,
  model: InstanceModel,
  { heads }: Snapshot,
): Promise<void> {
  for (const { id, pending } of model.instances.values()) {
    const signals = await store.mailboxes.signals(id, { limit: 1_000 })
    expect(signals.map((signal) => signal.id)).toStrictEqual(pending)
  }
  const consumed = [...heads.values()].flatMap((head) => stateOf(head).acknowledged)
  expect(new Set(consumed).size).toBe(consumed.length)
  expect(consumed.filter((id) => !model.settledSignals.includes(id))).toStrictEqual([])
}

async function expectCounts({ store }: TimedBench, model: InstanceModel): Promise<void> {
  const expected = new Map<string, number>()
  for (const { name, status } of model.instances.values()) {
    const key = `${name} ${status}`
    expected.set(key, (expected.get(key) ?? 0) + 1)
  }
  const counted = await store.inspector.countInstances('workflow')
  expect(new Map(counted.map(({ name, status, count }) => [`${name} ${status}`, count]))).toEqual(expected)
}
