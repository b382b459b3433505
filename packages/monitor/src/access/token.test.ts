import { describe, expect, it } from 'vitest'
import { bearerToken, createTokenCheck, hashToken } from './token.ts'

describe('hashToken', () => {
  it('is the SHA-256 in hexadecimal digits', () => {
    expect(hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })

  it.each(['', 'a b', 'a\n'])('refuses %j, which no header could carry', (token) => {
    expect(() => hashToken(token)).toThrow('token: must be a text without spaces')
  })
})

it('knows whose a token is, in whatever letters its hash is written', () => {
  const check = createTokenCheck([
    { name: 'vera', role: 'viewer', sha256: hashToken('of-vera').toUpperCase() },
    { name: 'otto', role: 'operator', sha256: hashToken('of-otto') },
  ])
  expect(check('of-vera')).toEqual({ name: 'vera', role: 'viewer' })
  expect(check('of-otto')).toEqual({ name: 'otto', role: 'operator' })
  for (const token of ['of-nobody', '', 'of-vera ', hashToken('of-vera')])
    expect(check(token)).toBeUndefined()
})

it.each([
  ['Bearer abc', 'abc'],
  ['bearer  abc ', 'abc'],
  ['Bearer', undefined],
  ['Bearer a b', undefined],
  ['Basic abc', undefined],
  [undefined, undefined],
])('finds in the header %j the token %j', (header, token) => {
  expect(bearerToken(header)).toBe(token)
})
