import { ValidationError } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { type AccessOptions, checkAccess } from './access-options.ts'
import { hashToken } from './token.ts'

const sha256 = hashToken('a-token')
const ada = { name: 'ada', role: 'operator', sha256 } as const

describe('checkAccess', () => {
  it('serves the own machine only where nothing is said', () => {
    expect(checkAccess({})).toEqual({ tokens: [], loopbackOnly: true, origins: [], failuresPerMinute: 20 })
  })

  it('serves everywhere with a token', () => {
    expect(checkAccess({ tokens: [ada] })).toMatchObject({ tokens: [ada], loopbackOnly: false })
    expect(checkAccess({ apiToken: 'a-token' })).toMatchObject({
      tokens: [{ name: 'operator', role: 'operator', sha256 }],
      loopbackOnly: false,
    })
    expect(checkAccess({ tokens: [ada], loopbackOnly: true }).loopbackOnly).toBe(true)
  })

  it.each<[string, object, readonly string[]]>([
    ['tokens that are no list', { tokens: 'ada' }, ['tokens']],
    ['a token that is none', { tokens: ['ada'] }, ['tokens[0]']],
    ['a token that keeps itself', { tokens: [{ ...ada, token: 'a-token' }] }, ['tokens[0].token']],
    [
      'a name, a role and a hash that are none',
      { tokens: [{ name: '', role: 'root', sha256: 'a-token' }] },
      ['tokens[0].name', 'tokens[0].role', 'tokens[0].sha256'],
    ],
    ['a name of 201 characters', { tokens: [{ ...ada, name: 'a'.repeat(201) }] }, ['tokens[0].name']],
    ['two of one name', { tokens: [ada, { ...ada, sha256: hashToken('b') }] }, ['tokens[1].name']],
    [
      'two of one hash',
      { tokens: [ada, { ...ada, name: 'b', sha256: sha256.toUpperCase() }] },
      ['tokens[1].sha256'],
    ],
    ['one token beside others', { tokens: [ada], apiToken: 'b' }, ['apiToken']],
    ['a token of two words', { apiToken: 'a b' }, ['apiToken']],
    ['an empty token', { apiToken: '' }, ['apiToken']],
    ['origins that are no list', { origins: 'https://a.example' }, ['origins']],
    [
      'what is no origin',
      { origins: ['https://a.example/', 'a.example', 1, 'https://a.example:443'] },
      ['origins[0]', 'origins[1]', 'origins[2]', 'origins[3]'],
    ],
    ['all origins without a token', { origins: ['*'] }, ['origins[0]']],
    ['no refusals', { failuresPerMinute: 0 }, ['failuresPerMinute']],
    ['half a refusal', { failuresPerMinute: 1.5 }, ['failuresPerMinute']],
  ])('refuses %s', (_, options, fields) => {
    expect(faultsOf(options as AccessOptions)).toEqual(fields)
  })
})

function faultsOf(options: AccessOptions): readonly string[] {
  try {
    checkAccess(options)
    return []
  } catch (error) {
    if (ValidationError.is(error)) return error.fields.map(({ field }) => field)
    throw error
  }
}
