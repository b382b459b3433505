import { ValidationError } from '@dureq/types'
import { expect, it, test } from 'vitest'
import { actorOf } from './actor.ts'

const by = (headers: Record<string, string>): unknown => actorOf({ headers, ip: '10.0.0.1' }).by

it('is who the header names, from the address', () => {
  expect(by({ 'x-dureq-actor': 'ann' })).toEqual({ who: 'ann', from: '10.0.0.1' })
  expect(by({ 'x-dureq-actor': 'J%C3%BCrgen', 'x-dureq-why': 'a%20refund' })).toEqual({
    who: 'Jürgen',
    from: '10.0.0.1',
    why: 'a refund',
  })
})

it('is http where no header names anybody', () => {
  expect(by({})).toEqual({ who: 'http', from: '10.0.0.1' })
  expect(by({ 'x-dureq-actor': '' })).toEqual({ who: 'http', from: '10.0.0.1' })
})

test.each(['%E0%A4%A', '%00', 'x'.repeat(201)])('refuses %j', (value) => {
  expect(() => by({ 'x-dureq-actor': value })).toThrow(ValidationError)
  expect(() => by({ 'x-dureq-why': value })).toThrow(
    expect.objectContaining({ fields: [expect.objectContaining({ field: 'x-dureq-why' })] }) as Error,
  )
})
