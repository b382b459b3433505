import type { OrderOptions } from '@dureq/client'
import { nameLimits, ValidationError } from '@dureq/types'
import type { FastifyRequest } from 'fastify'
import { callerOf } from '../access/caller.ts'

/** Names for whom an order is given: a user, a program. */
const WHO = 'x-dureq-actor'

/** Says why, if somebody wants to. */
const WHY = 'x-dureq-why'

/**
 * On whose behalf a request gives an order, from its address. With a token that is whose the token is: what a header says
 * anybody can say, so for whom it is given goes into the reason (`for ann: a refund`). Without tokens it is who the header
 * names, else `http`. Headers may be percent-encoded UTF-8.
 *
 * @throws ValidationError naming a header that is none.
 */
export function actorOf(request: Pick<FastifyRequest, 'headers' | 'ip'>): OrderOptions {
  const named = readHeader(request.headers[WHO], WHO)
  const why = readHeader(request.headers[WHY], WHY)
  const caller = callerOf(request)
  if (caller === undefined) return by(request.ip, named ?? 'http', why)
  return by(request.ip, caller.name, named === undefined ? why : reasonOf(named, why))
}

function by(from: string, who: string, why: string | undefined): OrderOptions {
  return { by: { who, from, ...(why !== undefined && { why }) } }
}

function reasonOf(named: string, why: string | undefined): string {
  const reason = why === undefined ? `for ${named}` : `for ${named}: ${why}`
  if (reason.length <= nameLimits.actor) return reason
  throw fault(WHY, `must not be longer than ${nameLimits.actor} characters together with ${WHO}`)
}

/** The text of a header; what an actor may be, the limits of names say. */
function readHeader(value: string | readonly string[] | undefined, name: string): string | undefined {
  if (value === undefined || value === '') return undefined
  const text = decode(String(value))
  if (text === undefined || /[\p{Cc}\p{Cs}]/u.test(text))
    throw fault(name, 'must be a text, or one in percent-encoding')
  if (text.length > nameLimits.actor)
    throw fault(name, `must not be longer than ${nameLimits.actor} characters`)
  return text
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function fault(field: string, problem: string): ValidationError {
  return new ValidationError([{ field, problem }])
}
