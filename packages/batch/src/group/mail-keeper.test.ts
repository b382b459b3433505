import { createCaller } from '@dureq/runtime'
import { createVirtualClock } from '@dureq/store-testing'
import { type HeldMail, type MailboxesRole, type Store, silentLogger } from '@dureq/types'
import { expect, it } from 'vitest'
import { createMailKeeper, type MailKeeper, type MailKeeperOptions } from './mail-keeper.ts'

/** A keeper of leases of 3 s, and what it has asked for at which time. */
function createSubject(answer: (time: number) => boolean = () => true) {
  const clock = createVirtualClock({ start: 0 })
  const calls: string[] = []
  const extend: MailboxesRole['extend'] = async (_, mail, leaseMs) => {
    calls.push(`${clock.now()}: ${mail.map(({ id }) => id).join()} for ${leaseMs}`)
    if (!answer(clock.now())) throw new Error('away')
    return mail.map(() => true)
  }
  const store = { mailboxes: { extend } } as unknown as Store satisfies MailKeeperOptions['store']
  const keeper: MailKeeper = createMailKeeper({
    store,
    caller: createCaller(),
    clock,
    logger: silentLogger,
    leaseMs: 3_000,
  })
  return { keeper, clock, calls }
}

const mail = (id: string): HeldMail => ({ id, version: 1 })

it('lets leases go on together, with one timer, until nothing is kept', async () => {
  const { keeper, clock, calls } = createSubject()
  const release = [keeper.keep(mail('a')), keeper.keep(mail('b'))]
  await clock.advanceBy(1_500)
  release[0]?.()
  await clock.advanceBy(1_500)
  release[1]?.()
  await clock.advanceBy(60_000)
  expect(calls).toEqual(['1000: a,b for 3000', '2000: b for 3000', '3000: b for 3000'])
})

it('asks for nothing when the work was short', async () => {
  const { keeper, clock, calls } = createSubject()
  keeper.keep(mail('a'))()
  await clock.advanceBy(60_000)
  expect(calls).toEqual([])
  keeper.keep(mail('b'))
  await clock.advanceBy(1_000)
  expect(calls).toEqual(['61000: b for 3000'])
})

it('tries again when the store was away', async () => {
  const { keeper, clock, calls } = createSubject((time) => time > 1_000)
  keeper.keep(mail('a'))
  await clock.advanceBy(2_000)
  expect(calls).toEqual(['1000: a for 3000', '2000: a for 3000'])
})
