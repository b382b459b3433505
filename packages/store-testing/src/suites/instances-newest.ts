import { MAX_LINKS } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Bench, Contract } from '../bench.ts'
import { advanceAll } from '../fixtures/acts.ts'
import { begin, commitOf, remove } from '../fixtures/instances.ts'
import { freshHead, homeOf, newInstance } from '../fixtures/new-instance.ts'

/** `instances.newest`: where a chain of instances that go on as each other leads. */
export function instancesNewestSuite(contract: Contract): void {
  describe('instances.newest', () => {
    contract('follows a chain from wherever it is asked', async (bench) => {
      const ids = await chainOf(bench, 4)
      const other = (await begin(bench)).id
      const asked = [ids[2], other, ids[0], ids[4], ids[0]] as string[]
      expect(await bench.store.instances.newest(asked)).toStrictEqual([ids[4], other, ids[4], ids[4], ids[4]])
      expect(await bench.store.instances.newest([])).toStrictEqual([])
    })

    contract('leads no further than what is there', async (bench) => {
      const ids = await chainOf(bench, 2)
      expect(await remove(bench, ids[1] as string)).toStrictEqual({ kind: 'done' })
      await advanceAll(bench)
      const unknown = homeOf(ids[0] as string, newInstance().id)
      expect(await bench.store.instances.newest([ids[0] as string, unknown])).toStrictEqual([ids[0], unknown])
    })

    contract('follows a long chain in pieces', async (bench) => {
      const ids = await chainOf(bench, MAX_LINKS + 2)
      const [halfway = ''] = await bench.store.instances.newest([ids[0] as string])
      expect(halfway).toBe(ids[MAX_LINKS])
      expect(await bench.store.instances.newest([halfway])).toStrictEqual([ids.at(-1)])
    })
  })
}

/** The ids of a chain with so many links. */
async function chainOf(bench: Bench, links: number): Promise<readonly string[]> {
  const { id } = await begin(bench)
  const ids = [id]
  const commits = Array.from({ length: links }, (_, i) => {
    const [from = '', next] = [ids[i], newInstance({ continuedFrom: ids[i] as string })]
    ids.push(homeOf(id, next.id))
    const head = { ...freshHead(newInstance(), 0), id: from, version: i === 0 ? 2 : 1 }
    return commitOf(head, { status: 'continued', continuedTo: next.id, create: [next] })
  })
  const { outcomes } = await bench.store.mailboxes.commit(bench.calls.next(), commits)
  expect(new Set(outcomes)).toStrictEqual(new Set(['committed']))
  return ids
}
