import { ValidationError } from '@dureq/types'

/** A cursor is the listing it belongs to and the mark of the last row given out. */
export function formatCursor(listing: string, mark: string): string {
  return Buffer.from(`${listing}\n${mark}`).toString('base64url')
}

/** The mark of a cursor; throws ValidationError for one that is not of this listing or whose mark has another form. */
export function parseCursor(cursor: string, listing: string, form: RegExp): string {
  const text = Buffer.from(cursor, 'base64url').toString('utf8')
  const prefix = `${listing}\n`
  if (!text.startsWith(prefix) || !form.test(text.slice(prefix.length))) {
    throw new ValidationError([{ field: 'cursor', problem: 'is not a cursor of this listing' }])
  }
  return text.slice(prefix.length)
}
