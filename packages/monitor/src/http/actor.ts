import type { OrderOptions } from '@dureq/client'
import { ValidationError } from '@dureq/types'
import type { FastifyRequest } from 'fastify'

/** Names who gives an order: a user, a program. Without it the audit trail says `http`. */
const WHO = 'x-dureq-actor'

/** Says why, if somebody wants to. */
const WHY = 'x-dureq-why'

/**
 * On whose behalf a request gives an order: who its header names, from its address. Headers may be percent-encoded UTF-8.
 *
 * @throws ValidationError naming a header that is none.
 */
export function actorOf(request: Pick<FastifyRequest, 'headers' | 'ip'>): OrderOptions {
  const who = readHeader(request.headers[WHO], WHO) ?? 'http'
  const why = readHeader(request.headers[WHY], WHY)
  return { by: { who, from: request.ip, ...(why !== undefined && { why }) } }
}

/** The text of a header; what an actor may be, the limits of names say. */
function readHeader(value: string | readonly string[] | undefined, name: string): string | undefined {
  if (value === undefined || value === '') return undefined
  const text = decode(String(value))
  if (text === undefined || /[\p{Cc}\p{Cs}]/u.test(text))
    throw fault(name, 'must be a text, or one in percent-encoding')
  if (text.length > MAX_LENGTH) throw fault(name, `must not be longer than ${MAX_LENGTH} characters`)
  return text
}

const MAX_LENGTH = 200

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
