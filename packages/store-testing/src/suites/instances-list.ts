import {
  type InstanceFilter,
  type InstanceHead,
  MAX_LIST_OFFSET,
  type Page,
  type PageRequest,
  ValidationError,
  type WorkflowStatus,
} from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Bench, Contract, TimedBench } from '../bench.ts'
import {
  begin,
  commitOf,
  createAll,
  createChild,
  headOf,
  remove,
  sending,
  sent,
  suspend,
} from '../fixtures/instances.ts'
import { homeOf } from '../fixtures/new-instance.ts'

const statuses = ['running', 'suspended', 'completed', 'failed', 'cancelled', 'continued'] as const

/** `inspector.listInstances` and `countInstances`. */
export function instancesListSuite(contract: Contract): void {
  describe('inspector.listInstances', () => {
    contract('of none is empty', async (bench) => {
      for (const filter of [{}, { status: 'running' }, { name: 'order' }] as const) {
        expect(await list(bench, filter)).toStrictEqual({ rows: [], total: 0, totalExact: true })
      }
    })

    contract('lists whole heads in creation order, newest first unless told otherwise', async (bench) => {
      const heads = await crowd(bench)
      const newest = [...heads].reverse()
      expect(await list(bench)).toStrictEqual(pageOf(newest))
      expect(await list(bench, {}, { limit: 100, sort: 'newest' })).toStrictEqual(pageOf(newest))
      expect(await list(bench, {}, { limit: 100, sort: 'oldest' })).toStrictEqual(pageOf(heads))
    })

    contract('filters by status and name, each alone and together, with the exact total', async (bench) => {
      const heads = await crowd(bench)
      const names = [undefined, 'a', 'b', 'é/ü', 'none']
      for (const status of [undefined, ...statuses, 'pending'] as const) {
        for (const name of names) {
          const filter = { ...(status && { status }), ...(name && { name }) }
          const fitting = heads.filter((head) => fits(filter, head))
          const oldest = { limit: 100, sort: 'oldest' } as const
          expect(await list(bench, filter, oldest), JSON.stringify(filter)).toStrictEqual(pageOf(fitting))
          const first = await list(bench, filter, { limit: 1, sort: 'oldest' })
          expect([first.rows, first.total]).toStrictEqual([fitting.slice(0, 1), fitting.length])
        }
      }
    })

    for (const filter of [
      {},
      { status: 'running' },
      { name: 'a' },
      { status: 'running', name: 'a' },
    ] as const) {
      contract(
        `pages of ${JSON.stringify(filter)} give each once, by cursor and by offset`,
        async (bench) => {
          await createAll(
            bench,
            Array.from({ length: 55 }, (_, i) => bench.instance({ name: i % 2 === 0 ? 'a' : 'b' })),
          )
          for (const sort of ['newest', 'oldest'] as const) {
            const { rows: all, total } = await list(bench, filter, { limit: 100, sort })
            expect(all).toHaveLength(total)
            const byCursor: InstanceHead[] = []
            let cursor: string | undefined
            do {
              const where = cursor === undefined ? {} : { cursor }
              const page = await list(bench, filter, { limit: 10, sort, ...where })
              expect(page).toMatchObject({ total, totalExact: true })
              byCursor.push(...page.rows)
              cursor = page.cursor
            } while (cursor !== undefined)
            expect(byCursor).toStrictEqual(all)
            const byOffset: InstanceHead[] = []
            for (let offset = 0; offset < total + 10; offset += 10) {
              byOffset.push(...(await list(bench, filter, { limit: 10, sort, offset })).rows)
            }
            expect(byOffset).toStrictEqual(all)
          }
        },
      )
    }

    contract('a cursor goes on behind what was listed, whatever comes and goes meanwhile', async (bench) => {
      const drafts = Array.from({ length: 6 }, () => bench.instance())
      await createAll(bench, drafts)
      const ids = drafts.map((draft) => bench.idOf(draft)).reverse()
      const first = await list(bench, {}, { limit: 2 })
      expect(idsOf(first)).toStrictEqual(ids.slice(0, 2))
      await begin(bench)
      await bench.store.mailboxes.commit(bench.calls.next(), [
        commitOf(await headOf(bench.store, ids[1] as string), { status: 'completed' }),
      ])
      await remove(bench, ids[1] as string)
      const second = await list(bench, {}, { limit: 10, cursor: first.cursor as string })
      expect(idsOf(second)).toStrictEqual(ids.slice(2))
    })

    contract('lists those of every partition, in creation order', async (bench) => {
      const heads: InstanceHead[] = []
      for (let i = 0; i < 20; i++) {
        heads.push(await begin(bench, { requestId: `r${i}`, name: `n${i % 2}` }))
        await bench.clock.advanceBy(1)
      }
      const oldest = { limit: 100, sort: 'oldest' } as const
      expect(await list(bench, {}, oldest)).toStrictEqual(pageOf(heads))
      const named = heads.filter(({ name }) => name === 'n1')
      expect(await list(bench, { name: 'n1', status: 'running' }, oldest)).toStrictEqual(pageOf(named))
      const page = await list(bench, {}, { limit: 7, offset: 7, sort: 'oldest' })
      expect(idsOf(page)).toStrictEqual(heads.slice(7, 14).map(({ id }) => id))
    })

    contract('lists children with all others', async (bench) => {
      const parent = await begin(bench)
      await bench.clock.advanceBy(1)
      const id = await createChild(bench, parent, { name: 'child' })
      const heads = await bench.store.instances.get([parent.id, id])
      expect((await list(bench, {}, { limit: 10, sort: 'oldest' })).rows).toStrictEqual(heads)
      expect((await list(bench, { name: 'child' })).rows).toStrictEqual([heads[1]])
    })

    contract('an offset beyond 10,000 is refused, and a cursor of another listing', async (bench) => {
      await createAll(bench, [bench.instance(), bench.instance()])
      const { cursor = '' } = await list(bench, { status: 'running' }, { limit: 1 })
      expect(cursor).not.toBe('')
      const refusals = [
        list(bench, { status: 'completed' }, { limit: 10, cursor }),
        list(bench, { name: 'order' }, { limit: 10, cursor }),
        list(bench, {}, { limit: 10, offset: MAX_LIST_OFFSET + 1 }),
        list(bench, {}, { limit: 10, cursor: 'no such thing' }),
      ].map((page) => page.then(String, (error: unknown) => ValidationError.is(error)))
      expect(await Promise.all(refusals)).toStrictEqual([true, true, true, true])
      const page = await list(bench, {}, { limit: 10, offset: MAX_LIST_OFFSET })
      expect([page.rows, page.total]).toStrictEqual([[], 2])
    })
  })

  describe('inspector.countInstances', () => {
    contract('counts by name and status, and only what there is', async (bench) => {
      expect(await bench.store.inspector.countInstances('workflow')).toStrictEqual([])
      const heads = await crowd(bench)
      expect(await counts(bench)).toStrictEqual(countedOf(heads))
    })

    contract('follows every change of status', async (bench) => {
      const { id } = await begin(bench)
      const steps: readonly (readonly [WorkflowStatus, () => Promise<unknown>])[] = [
        ['suspended', () => suspend(bench, id)],
        ['running', () => to(bench, id, 'running')],
        ['failed', () => to(bench, id, 'failed')],
        [
          'running',
          () => sent(bench, sending(id, { kind: 'retry' }, { allowed: ['failed'], becomes: 'running' })),
        ],
        ['completed', () => to(bench, id, 'completed')],
      ]
      for (const [status, act] of steps) {
        await act()
        expect(await counts(bench)).toStrictEqual({ [`order ${status}`]: 1 })
      }
      await remove(bench, id)
      expect(await counts(bench)).toStrictEqual({})
    })
  })
}

function list(
  bench: Bench,
  filter: InstanceFilter = {},
  page: PageRequest = { limit: 100 },
): Promise<Page<InstanceHead>> {
  return bench.store.inspector.listInstances('workflow', filter, page)
}

/** The only page of a listing. */
function pageOf(rows: readonly InstanceHead[]): Page<InstanceHead> {
  return { rows, total: rows.length, totalExact: true }
}

function idsOf(page: Page<InstanceHead>): string[] {
  return page.rows.map(({ id }) => id)
}

function fits({ status, name }: InstanceFilter, head: InstanceHead): boolean {
  return (status === undefined || status === head.status) && (name === undefined || name === head.name)
}

async function counts(bench: Bench): Promise<Record<string, number>> {
  const counted = await bench.store.inspector.countInstances('workflow')
  return Object.fromEntries(counted.map(({ name, status, count }) => [`${name} ${status}`, count]))
}

function countedOf(heads: readonly InstanceHead[]): Record<string, number> {
  const counted: Record<string, number> = {}
  for (const { name, status } of heads) counted[`${name} ${status}`] = (counted[`${name} ${status}`] ?? 0) + 1
  return counted
}

async function to(bench: Bench, id: string, status: WorkflowStatus): Promise<void> {
  const order = commitOf(await headOf(bench.store, id), { status })
  await bench.store.mailboxes.commit(bench.calls.next(), [order])
}

/** Instances of three names in every status, one to three of each, a millisecond apart; in creation order. */
async function crowd(bench: TimedBench): Promise<readonly InstanceHead[]> {
  const ids: string[] = []
  for (const [i, name] of ['a', 'b', 'é/ü'].entries()) {
    for (const status of statuses) {
      for (let n = 0; n <= i; n++) {
        await bench.clock.advanceBy(1)
        const head = await begin(bench, { name })
        ids.push(head.id)
        if (status === 'suspended') await suspend(bench, head.id)
        else if (status === 'continued') ids.push(await goOn(bench, head))
        else if (status !== 'running') await to(bench, head.id, status)
      }
    }
  }
  return (await bench.store.instances.get(ids)) as readonly InstanceHead[]
}

/** Continues an instance, a millisecond later, as one of the same name, and answers with its id. */
async function goOn(bench: TimedBench, head: InstanceHead): Promise<string> {
  await bench.clock.advanceBy(1)
  const draft = bench.instance({ continuedFrom: head.id, name: head.name })
  const order = commitOf(head, { status: 'continued', continuedTo: draft.id, create: [draft] })
  await bench.store.mailboxes.commit(bench.calls.next(), [order])
  return homeOf(head.id, draft.id)
}
