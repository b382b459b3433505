import { ValidationError } from '@dureq/types'

/** Where an order to dead jobs goes on. */
export interface DeadPlace {
  /** The store's time when it began: what dies later is not concerned. */
  readonly until: number
  /** In the listing of dead jobs; absent: at its beginning. */
  readonly cursor?: string | undefined
}

/** Writes a place as a cursor. */
export function formatDeadCursor({ until, cursor = '' }: DeadPlace): string {
  return `${until}:${cursor}`
}

/** @throws ValidationError when it is no cursor of such an order. */
export function parseDeadCursor(text: string): DeadPlace {
  const [, until, cursor = ''] = /^(\d{1,15}):(.*)$/s.exec(text) ?? []
  if (until === undefined)
    throw new ValidationError([{ field: 'cursor', problem: 'is not a cursor of this order' }])
  return { until: Number(until), cursor: cursor || undefined }
}
