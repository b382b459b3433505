import type { MailBag, Store } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Bench, Contract } from '../bench.ts'
import { claim, leasesOf } from '../fixtures/acts.ts'
import type { Calls } from '../fixtures/calls.ts'
import { announce } from '../fixtures/handlers.ts'
import { createAll, headOf, mailRequest, receive } from '../fixtures/instances.ts'
import { succeeded } from '../fixtures/outcomes.ts'
import { countsOf } from '../fixtures/reads.ts'
import { decide, type PlanStep, planned, stateOf } from '../property/instance-engine.ts'

/** Longer than anything is under way here: who waits so long has missed a wake. */
const PATIENCE_MS = 15_000

const INSTANCES = 10

/** What every instance does: 8 jobs, 2 of them in a child and 3 in a successor. */
const steps: readonly PlanStep[] = [
  { do: 'job', attempts: 1 },
  { do: 'child', steps: [{ do: 'job', attempts: 1 }, { do: 'proceed' }, { do: 'job', attempts: 1 }] },
  { do: 'job', attempts: 1 },
  { do: 'timer', ms: 5 },
  { do: 'proceed' },
  { do: 'job', attempts: 1 },
  { do: 'continue' },
  { do: 'job', attempts: 1 },
  { do: 'job', attempts: 1 },
  { do: 'job', attempts: 1 },
]

/** One of those at work: a handle of its own, a lane of its own, and who ends it. */
interface Hand {
  readonly bench: Bench
  readonly store: Store
  readonly nodeId: string
  readonly calls: Calls
  readonly over: AbortSignal
}

/** Engines and workers on several handles at once, in real time, that do nothing but wait until they are woken. */
export function instancesTogetherSuite(contract: Contract): void {
  describe('engines and workers that wait', () => {
    contract.inRealTime('bring every instance to its end, each message consumed once', async (bench) => {
      const over = new AbortController()
      const handles = [bench.store, await bench.other(), await bench.other()]
      const hands = handles.map((store, i) => ({ bench, store, over: over.signal, number: i + 1 }))
      const work = hands.flatMap(({ number, ...hand }) => [
        engine({ ...hand, nodeId: `e${number}`, calls: bench.calls.lane(number) }),
        worker({ ...hand, nodeId: `w${number}`, calls: bench.calls.lane(number + 10) }),
      ])
      const drafts = Array.from({ length: INSTANCES }, (_, i) =>
        bench.instance({ ...planned(steps), requestId: `r${i}` }),
      )
      await createAll(bench, drafts)
      const last = drafts.map((draft) => ended(bench, bench.idOf(draft)))
      expect(await Promise.all(last)).toStrictEqual(drafts.map(() => 'completed'))
      over.abort()
      expect(await Promise.all(work)).toStrictEqual(work.map(() => 'not once forgotten'))
      expect(await receive(bench)).toStrictEqual([])
      expect(await claim(bench)).toStrictEqual([])
      expect(await countsOf(bench.store)).toStrictEqual({ completed: INSTANCES * 8 })
      for (const draft of drafts) await expectSeen(bench, bench.idOf(draft))
    })
  })
}

/** Waits until an instance has ended, or the one that goes on for it; answers with its status. */
async function ended(bench: Bench, id: string): Promise<string> {
  const [outcome] = await bench.store.events.watch([id], { timeoutMs: PATIENCE_MS })
  if (outcome?.state !== 'continued') return outcome?.state ?? 'not ended'
  return ended(bench, (await headOf(bench.store, id)).continuedTo as string)
}

async function engine(hand: Hand): Promise<string> {
  const { store, nodeId, calls, over } = hand
  while (!over.aborted) {
    const request = mailRequest({ nodeId, limit: 3, leaseMs: PATIENCE_MS })
    const { bags, now, nextAt } = await store.mailboxes.receive(calls.next(), request)
    if (bags.length > 0) await act(hand, bags, now)
    else if (await forgotten(hand, { mailboxes: ['workflow'] }, now, nextAt)) return 'forgotten'
  }
  return 'not once forgotten'
}

async function act({ store, calls }: Hand, bags: readonly MailBag[], now: number): Promise<void> {
  const orders = []
  for (const bag of bags) {
    const pending = await store.mailboxes.signals(bag.head.id, { limit: 100 })
    orders.push(decide({ bag, pending, now }))
  }
  await store.mailboxes.commit(calls.next(), orders)
}

async function worker(hand: Hand): Promise<string> {
  const { bench, store, nodeId, calls, over } = hand
  const { id: handlerSet } = await announce({ ...bench, store, calls }, nodeId)
  while (!over.aborted) {
    const reply = await store.runs.claim(calls.next(), { nodeId, handlerSet, limit: 3, start: true })
    const leases = leasesOf(reply)
    if (leases.length > 0) {
      const outcomes = leases.map((lease) => succeeded(lease, JSON.stringify(lease.jobId)))
      await store.runs.settle(calls.next(), outcomes)
    } else if (reply.kind === 'claimed' && (await forgotten(hand, { handlerSet }, reply.now, reply.nextAt))) {
      return 'forgotten'
    }
  }
  return 'not once forgotten'
}

/** Sleeps until it is woken, or until the time it was told of; says whether it slept too long. */
async function forgotten(
  { store, nodeId, over }: Hand,
  interest: { readonly handlerSet?: string; readonly mailboxes?: readonly ['workflow'] },
  now: number,
  nextAt: number = Number.POSITIVE_INFINITY,
): Promise<boolean> {
  const timeoutMs = Math.min(PATIENCE_MS, Math.max(1, nextAt - now))
  const reasons = await store.runs.wait({ nodeId, ...interest }, { timeoutMs, signal: over })
  return reasons.length === 0 && timeoutMs === PATIENCE_MS && !over.aborted
}

/** Proves that an instance, its child and its successor have seen the end of each of their jobs once. */
async function expectSeen(bench: Bench, id: string): Promise<void> {
  const head = await headOf(bench.store, id)
  const labels = stateOf(head).seen.map(({ label }) => label)
  const about = (kind: string) => labels.filter((label) => label.startsWith(`${kind} `))
  expect(labels[0]).toBe('started')
  expect(new Set(about('jobEnded')).size).toBe(3)
  expect(
    [about('jobEnded'), about('childEnded'), about('timerDue')].map(({ length }) => length),
  ).toStrictEqual([3, 1, 1])
  const next = await headOf(bench.store, head.continuedTo as string)
  expect(stateOf(next).seen.filter(({ label }) => label.startsWith('jobEnded '))).toHaveLength(3)
}
