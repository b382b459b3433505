import { isTerminalJobStatus, type JobRecord, type KeyUsage, type QueueUsage, type Store } from '@dureq/types'
import { expect } from 'vitest'
import { sorted } from '../fixtures/sorted.ts'
import { type FlowModel, needsOf } from './flow-model.ts'

/** What a store says of slots at one moment. */
export interface FlowSnapshot {
  readonly records: readonly JobRecord[]
  readonly keys: readonly KeyUsage[]
  readonly queues: QueueUsage
}

/** Reads what a store says. */
export async function flowSnapshot(
  store: Store,
  ids: readonly string[],
  keys: readonly string[],
): Promise<FlowSnapshot> {
  const [records, usages, queues] = await Promise.all([
    store.jobs.get(ids),
    Promise.all(keys.map((key) => store.inspector.key(key))),
    store.inspector.queues(),
  ])
  return { records: records.filter((record) => record !== undefined), keys: usages, queues }
}

/** I4: every slot belongs to a live lease, every live lease holds its slots, and what is told of them adds up. */
export function expectFlowInvariants({ records, keys, queues }: FlowSnapshot, model: FlowModel): void {
  const running = records.filter(({ status }) => status === 'running').map(({ id }) => id)
  expect(sorted(running), 'I2: live leases').toStrictEqual(sorted([...model.holds.keys()]))
  for (const usage of keys) expectKeyUsage(usage, records, model)
  const waiting = records.filter(inLine)
  for (const { taskType, ...usage } of queues.taskTypes) {
    expect(usage.waiting, `waiting of type ${taskType}`).toBe(
      count(waiting, (job) => job.taskType === taskType),
    )
    expect(usage.running, `I4: running of type ${taskType}`).toBe(model.runningOfType(taskType))
  }
  for (const { name, ...usage } of queues.tiers) {
    expect(usage.waiting, `waiting of tier ${name}`).toBe(count(waiting, (job) => needsOf(job).tier === name))
    if (usage.maxRunning !== undefined) {
      expect(usage.running, `I4: running of tier ${name}`).toBe(model.runningOfTier(name))
    }
  }
}

function expectKeyUsage(usage: KeyUsage, records: readonly JobRecord[], model: FlowModel): void {
  const { key } = usage
  const holders = [...model.holds.values()].filter(({ lease }) => needsOf(lease).keys.includes(key))
  expect(usage.running, `I4: slots of ${key}`).toBe(holders.length)
  expect(sorted(usage.holders.map(({ runId }) => runId)), `I4: holders of ${key}`).toStrictEqual(
    sorted(holders.map(({ lease }) => lease.runId)),
  )
  const open = records.filter((job) => !isTerminalJobStatus(job.status) && needsOf(job).keys.includes(key))
  expect(usage.waiting, `waiting for ${key}`).toBe(open.length - holders.length)
  const limit = model.limitOf(key) ?? (open.length > 0 ? 1 : undefined)
  expect(usage.limit, `limit of ${key}`).toBe(limit)
}

/**
 * Nothing waits without a reason: when claims find nothing more, every line has a job in it that may not start. Which of
 * them stands at its head is not the model's to know.
 */
export function expectExhausted(records: readonly JobRecord[], model: FlowModel): void {
  const lines = new Map<string, JobRecord[]>()
  for (const record of records.filter(inLine)) {
    const { tier, keys } = needsOf(record)
    const line = `${tier} ${record.taskType} ${record.version ?? ''} ${keys[0] ?? ''}`
    lines.set(line, [...(lines.get(line) ?? []), record])
  }
  for (const [line, jobs] of lines) {
    expect(
      jobs.every((job) => model.isStartable(job)),
      `the line ${line} waits for nothing`,
    ).toBe(false)
  }
}

/** Whether a job stands in a line. */
function inLine({ status, nextRunAt }: JobRecord): boolean {
  return status === 'pending' || (status === 'retrying' && nextRunAt === undefined)
}

function count(records: readonly JobRecord[], fits: (record: JobRecord) => boolean): number {
  return records.filter(fits).length
}
