import {
  createDefinitions,
  type KnownParts,
  type Machine,
  type NeedyCase,
  type OpenCase,
} from '@dureq/runtime'
import type { BatchPlan, BatchState, JsonText, Store, StoredItem } from '@dureq/types'
import { type BatchPart, type Known, markedKey, type Needs } from './machine/known.ts'
import { reduceBatch } from './machine/reduce.ts'

/** The mail of one batch, and what has been loaded of it so far. */
export interface BatchCase extends OpenCase<BatchPart> {
  readonly known: Known & {
    readonly parts: KnownParts<BatchPart>
    readonly jobs: Map<string, StoredItem | null>
    readonly outputs: Map<string, JsonText | null>
    readonly marked: Map<string, readonly string[]>
  }
}

/** Where a batch machine reads. */
export type BatchMachineStore = Pick<Store, 'mailboxes' | 'jobs'>

/** Plans kept in memory. */
const MOST_PLANS = 1_000

/** The rules of batches, with what they need of the store. */
export function createBatchMachine(store: BatchMachineStore): Machine<BatchCase, Needs, BatchPart> {
  const compile = (text: JsonText): BatchPlan => JSON.parse(text) as BatchPlan
  const plans = createDefinitions(store.mailboxes, { compile, weigh: () => 1, most: MOST_PLANS })
  return {
    async prepare(bags) {
      const known = await plans.get(bags.map(({ head }) => head.definitionHash))
      return ({ head, messages }, recall) => {
        const plan = known.get(head.definitionHash ?? '')
        if (plan === undefined) throw new Error(`its definition ${head.definitionHash} is gone`)
        if (plan instanceof Error) throw plan
        const state = JSON.parse(head.state) as BatchState
        const loaded = { jobs: new Map(), outputs: new Map(), marked: new Map() }
        return { head, messages, known: { head, plan, state, parts: recall(head), ...loaded } }
      }
    },
    reduce: ({ known, messages }, tools) => reduceBatch(known, messages, tools),
    async load(needy) {
      await Promise.all([
        ...needy.flatMap((each) => [loadParts(store, each), loadMarked(store, each)]),
        loadJobs(store, needy),
      ])
    },
  }
}

type NeedyBatch = NeedyCase<BatchCase, Needs>

async function loadParts({ mailboxes }: BatchMachineStore, { opened, needs }: NeedyBatch): Promise<void> {
  if (needs.parts.length === 0) return
  const parts = await mailboxes.parts(opened.head.id, needs.parts)
  for (const [i, name] of needs.parts.entries()) {
    const part = parts[i]
    opened.known.parts.set(name, part === undefined ? null : (JSON.parse(part.text) as BatchPart))
  }
}

async function loadMarked({ mailboxes }: BatchMachineStore, { opened, needs }: NeedyBatch): Promise<void> {
  await Promise.all(
    needs.marked.map(async (range) => {
      const { set, offset, limit } = range
      const { names } = await mailboxes.marked(opened.head.id, set, { offset, limit })
      opened.known.marked.set(markedKey(range), names)
    }),
  )
}

/** What a job was made for, and what it has returned, are both in its record. */
async function loadJobs({ jobs }: BatchMachineStore, needy: readonly NeedyBatch[]): Promise<void> {
  const wanted = needy.flatMap(({ opened, needs }) =>
    [...new Set([...needs.jobs, ...needs.outputs])].map((id) => ({ known: opened.known, id })),
  )
  if (wanted.length === 0) return
  const records = await jobs.get(wanted.map(({ id }) => id))
  for (const [i, { known, id }] of wanted.entries()) {
    const record = records[i]
    const item = record?.batchItem
    known.jobs.set(
      id,
      record === undefined || item === undefined ? null : { id: item, payload: record.payload },
    )
    known.outputs.set(id, record?.result?.output ?? null)
  }
}
