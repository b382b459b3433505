import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '@dureq/types'
import type { Caller } from './caller.ts'

/** Stands for a token once, for a short time, where no header can be sent. */
interface Ticket {
  readonly ticket: string
  /** Until when it is good, epoch ms. */
  readonly expiresAt: number
}

/** The tickets of this process; one of another is unknown here. */
export interface Tickets {
  /** A new one for whoever may use the API; undefined: for everyone, where no tokens are asked for. */
  issue(caller: Caller | undefined): Ticket
  /** Whose ticket this is, which it is no longer; undefined when it is unknown, used or too old. */
  redeem(ticket: string): Holder | undefined
}

/** Who holds a ticket. */
interface Holder {
  readonly caller: Caller | undefined
}

/** How long a ticket is good. */
const TTL_MS = 30_000

/** Unused tickets of one caller; with one more the oldest of his goes. */
const MOST_OF_ONE = 100

interface Issued extends Holder {
  readonly expiresAt: number
}

/** An empty set of tickets. They are kept by digest, so that no comparison tells anything of one. */
export function createTickets(clock: Pick<Clock, 'now'>): Tickets {
  const issuedTo = new Map<string | undefined, Map<string, Issued>>()

  return {
    issue(caller) {
      const issued = issuedTo.get(caller?.name) ?? new Map<string, Issued>()
      issuedTo.set(caller?.name, issued)
      const now = clock.now()
      for (const [key, { expiresAt }] of issued) {
        if (expiresAt > now && issued.size < MOST_OF_ONE) break
        issued.delete(key)
      }
      const ticket = randomBytes(32).toString('base64url')
      const expiresAt = now + TTL_MS
      issued.set(digest(ticket), { caller, expiresAt })
      return { ticket, expiresAt }
    },

    redeem(ticket) {
      const key = digest(ticket)
      for (const issued of issuedTo.values()) {
        const found = issued.get(key)
        if (found === undefined) continue
        issued.delete(key)
        return found.expiresAt > clock.now() ? { caller: found.caller } : undefined
      }
      return undefined
    },
  }
}

function digest(ticket: string): string {
  return createHash('sha256').update(ticket).digest('hex')
}
