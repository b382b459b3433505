import { ValidationError } from '@dureq/types'
import type { FastifyInstance } from 'fastify'
import { findUnsafeNumbers } from './unsafe-numbers.ts'

/** How the errors of the parser name the body itself. */
const ROOT = 'body'

/**
 * Lets an application take JSON and nothing else, and only what survives the way through JavaScript unchanged. No
 * body at all counts as an empty object, also with a content type.
 */
export function acceptJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseBody(body))
    } catch (error) {
      done(error as Error)
    }
  })
}

/** @throws ValidationError when it is not UTF-8, not JSON, or has numbers that JavaScript would change. */
export function parseBody(body: Buffer): unknown {
  if (body.length === 0) return {}
  const text = decode(body)
  const value = parse(text)
  const faults = findUnsafeNumbers(text, ROOT).map((fault) => ({
    ...fault,
    field: belowRoot(fault.field, ROOT),
  }))
  if (faults.length > 0) throw new ValidationError(faults)
  return value
}

/** The path of a field without its root: `body.tags[0]` -> `tags[0]`; the root itself stays. */
export function belowRoot(field: string, root: string): string {
  return field === root ? root : field.slice(root.length).replace(/^\./, '')
}

function decode(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch (cause) {
    throw new ValidationError([{ field: ROOT, problem: 'is not valid UTF-8' }], { cause })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'it cannot be read'
    throw new ValidationError([{ field: ROOT, problem: `is not valid JSON: ${reason}` }], { cause })
  }
}
