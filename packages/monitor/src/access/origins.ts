import type { Faults } from '@dureq/types'
import type { FastifyRequest } from 'fastify'

/** The origins other than its own whose pages may use the API. */
export interface Origins {
  /** Whether any is listed: without one no page elsewhere may read an answer. */
  readonly any: boolean
  /** What `Access-Control-Allow-Origin` says to an origin; undefined: nothing. */
  allowing(origin: string): string | undefined
}

/** All origins, or these. */
export function createOrigins(listed: readonly string[] = []): Origins {
  const all = listed.includes('*')
  const known = new Set(listed)
  return {
    any: known.size > 0,
    allowing(origin) {
      if (all) return '*'
      return known.has(origin) ? origin : undefined
    },
  }
}

/** Adds a fault for every entry that is no origin. */
export function checkOrigins(origins: readonly string[], hasTokens: boolean, faults: Faults): void {
  if (!Array.isArray(origins)) {
    faults.add('origins', 'must be a list')
    return
  }
  origins.forEach((origin: unknown, i) => {
    const field = `origins[${i}]`
    if (origin === '*') {
      if (!hasTokens) faults.add(field, 'must not be * without tokens: any page could do anything')
    } else if (!isOrigin(origin)) faults.add(field, 'must be an origin as "https://example.com", or *')
  })
}

function isOrigin(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && new URL(value).origin === value
}

/** Whether a request comes from a page of an origin that is neither the API's own nor a listed one. */
export function isForeign({ headers: { origin }, host }: FastifyRequest, origins: Origins): boolean {
  if (origin === undefined || origins.allowing(origin) !== undefined) return false
  return !URL.canParse(origin) || new URL(origin).host !== host
}
