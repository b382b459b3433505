import { createVirtualClock } from '@dureq/store-testing'
import { expect, it } from 'vitest'
import type { Caller } from './caller.ts'
import { createTickets } from './tickets.ts'

const vera: Caller = { name: 'vera', role: 'viewer' }
const otto: Caller = { name: 'otto', role: 'operator' }

it('gives a ticket that stands for its caller once', () => {
  const tickets = createTickets(createVirtualClock())
  const { ticket } = tickets.issue(vera)
  expect(tickets.redeem(ticket)).toEqual({ caller: vera })
  expect(tickets.redeem(ticket)).toBeUndefined()
  expect(tickets.redeem('unknown')).toBeUndefined()
  expect(tickets.redeem(tickets.issue(undefined).ticket)).toEqual({ caller: undefined })
})

it('ends tickets after 30 seconds', async () => {
  const clock = createVirtualClock()
  const tickets = createTickets(clock)
  const [kept, late] = [tickets.issue(vera), tickets.issue(vera)]
  expect(kept.expiresAt).toBe(clock.now() + 30_000)
  await clock.advanceBy(29_999)
  expect(tickets.redeem(kept.ticket)).toEqual({ caller: vera })
  await clock.advanceBy(1)
  expect(tickets.redeem(late.ticket)).toBeUndefined()
})

it('keeps the newest hundred of a caller, whatever others take', () => {
  const tickets = createTickets(createVirtualClock())
  const other = tickets.issue(otto)
  const issued = Array.from({ length: 101 }, () => tickets.issue(vera).ticket)
  const good = issued.map((ticket) => tickets.redeem(ticket) !== undefined)
  expect(good).toEqual([false, ...Array.from({ length: 100 }, () => true)])
  expect(tickets.redeem(other.ticket)).toEqual({ caller: otto })
})
