import { createHash, timingSafeEqual } from 'node:crypto'
import { checkKnown, checkName, Faults, isPlainObject, ValidationError } from '@dureq/types'
import type { Caller } from './caller.ts'
import { type Role, roles } from './role.ts'

/** A token somebody may use the API with. The token itself is nowhere kept, only its digest. */
export interface AccessToken {
  /** Whose it is: what the audit trail says of orders given with it. At most 200 characters, each name once. */
  readonly name: string
  /** What it allows. */
  readonly role: Role
  /** The SHA-256 of the token in hexadecimal digits, as `hashToken` makes it. */
  readonly sha256: string
}

/**
 * The SHA-256 of a token in hexadecimal digits: what a configuration holds instead of the token.
 *
 * @throws ValidationError when it could not be sent as a bearer token: it is empty, or has spaces.
 */
export function hashToken(token: string): string {
  if (!isToken(token)) throw new ValidationError([{ field: 'token', problem: TOKEN_RULE }])
  return digest(token).toString('hex')
}

/** What is wrong with what is no token. */
export const TOKEN_RULE = 'must be a text without spaces'

/** Whether something can be sent as a bearer token. */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^\S+$/.test(value)
}

/** Finds whose token somebody has sent; undefined when it is nobody's. */
export type TokenCheck = (token: string) => Caller | undefined

/** Looks up tokens in constant time: a digest is compared with those of all, whichever fits. */
export function createTokenCheck(tokens: readonly AccessToken[]): TokenCheck {
  const known = tokens.map(({ name, role, sha256 }) => ({
    caller: { name, role },
    expected: Buffer.from(sha256, 'hex'),
  }))
  return (token) => {
    const given = digest(token)
    let found: Caller | undefined
    for (const { caller, expected } of known) {
      if (timingSafeEqual(given, expected)) found = caller
    }
    return found
  }
}

/** The token of an Authorization header; undefined unless there is one, by the scheme Bearer. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1]
}

/** Adds a fault for everything that is wrong with a list of tokens. */
export function checkTokens(tokens: readonly AccessToken[], field: string, faults: Faults): void {
  if (!Array.isArray(tokens)) {
    faults.add(field, 'must be a list')
    return
  }
  tokens.forEach((token, i) => checkToken(token, `${field}[${i}]`, faults))
  addRepeats(tokens, 'name', field, faults)
  addRepeats(tokens, 'sha256', field, faults)
}

function checkToken(token: AccessToken, field: string, faults: Faults): void {
  if (!isPlainObject(token)) {
    faults.add(field, 'must be an object')
    return
  }
  checkKnown(token, ['name', 'role', 'sha256'], `${field}.`, faults)
  checkName('actor', token.name, `${field}.name`, faults)
  if (!roles.includes(token.role)) faults.add(`${field}.role`, `must be one of ${roles.join(', ')}`)
  if (typeof token.sha256 !== 'string' || !/^[\da-f]{64}$/i.test(token.sha256))
    faults.add(`${field}.sha256`, 'must be the 64 hexadecimal digits of a SHA-256')
}

/** Two tokens of one name could not be told apart in a trail, and of two with one digest the second is never found. */
function addRepeats(
  tokens: readonly AccessToken[],
  key: 'name' | 'sha256',
  field: string,
  faults: Faults,
): void {
  const seen = new Set<unknown>()
  tokens.forEach((token, i) => {
    const value = isPlainObject(token) ? String(token[key]).toLowerCase() : undefined
    if (value !== undefined && seen.has(value)) faults.add(`${field}[${i}].${key}`, 'must not be there twice')
    seen.add(value)
  })
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
