import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Mutation } from './mutations/mutation.ts'
import { openWorkshop, type Workshop } from './mutations/workshop.ts'

/** No bug, but it changes what happens. */
const eager: Mutation = {
  name: 'heartbeats come ten times as often',
  file: 'worker/src/heartbeats.ts',
  code: 'return prolongedAt + lease.leaseMs / 3',
  instead: 'return prolongedAt + lease.leaseMs / 30',
}

let workshop: Workshop

beforeAll(async () => {
  workshop = await openWorkshop()
}, 60_000)

afterAll(() => workshop.close())

it('a world of mutated sources is another one, and the next again that of the sources that are there', async () => {
  const brief = { seed: 1, minutes: 1, healthyMinutes: 0 }
  const historyOf = async (mutation?: Mutation): Promise<readonly string[]> =>
    (await (await workshop.build(mutation)).simulate(brief)).history
  const before = await historyOf()
  const mutated = await historyOf(eager)
  expect(mutated).not.toEqual(before)
  expect(await historyOf()).toEqual(before)
}, 60_000)

it('code that does not stand exactly once in its file cannot be mutated', async () => {
  await expect(workshop.build({ ...eager, code: 'nowhere' })).rejects.toThrow('stands there 0 times')
  await expect(workshop.build({ ...eager, code: 'prolongedAt' })).rejects.toThrow('must stand once')
})
