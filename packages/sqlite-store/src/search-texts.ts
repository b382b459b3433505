import { createHash } from 'node:crypto'
import {
  type Clock,
  type JsonText,
  type PageRequest,
  payloadHolds,
  type SearchQuery,
  ValidationError,
} from '@dureq/types'
import { readCursorText, writeCursorText } from './cursor-text.ts'

/** Rows one call looks at, ... */
const MOST_ROWS = 5_000
/** ... and how long it does, in ms. */
const LONGEST_MS = 50

/** Rows read together: few at first, since nobody knows how large their texts are. */
const FIRST_CHUNK = 16
const LARGEST_CHUNK = 512
/** Characters of texts read together, about. */
const CHUNK_CHARACTERS = 512 * 1024

/** Which part of a search is asked for. */
export type SearchRequest = Pick<PageRequest, 'limit' | 'cursor'>

/** A row that is looked into; one without a text holds nothing. */
export type TextRow = readonly [seq: number, text: JsonText | null]

/** What is looked for, and in which texts. */
export interface TextSearch {
  /** What tells it apart from other searches. */
  readonly name: readonly unknown[]
  readonly query: Pick<SearchQuery, 'path' | 'value'>
  /** The next rows with a number below this one, the highest first. */
  readonly read: (before: number, limit: number) => readonly TextRow[]
  /** Whether a row that holds it is there for nobody. */
  readonly isHidden?: (seq: number) => boolean
}

/** The numbers of the rows found, and what else a page of a search says. */
export interface FoundTexts {
  readonly found: readonly number[]
  readonly scanned: number
  readonly cursor?: string
}

/**
 * Looks through texts, the newest first, as far as one call goes.
 *
 * @throws ValidationError for a cursor of another search.
 */
export function searchTexts(
  { name, query, read, isHidden = () => false }: TextSearch,
  page: SearchRequest,
  clock: Clock,
): FoundTexts {
  const giveUpAt = clock.now() + LONGEST_MS
  const found: number[] = []
  const mark = markOf(name)
  let before = readBefore(mark, page.cursor)
  let scanned = 0
  let size = FIRST_CHUNK
  const goOn = (): FoundTexts => ({ found, scanned, cursor: writeCursorText([mark, before]) })
  for (;;) {
    const rows = read(before, Math.min(size, MOST_ROWS - scanned))
    for (const [seq, text] of rows) {
      scanned++
      before = seq
      if (text === null || !payloadHolds(text, query) || isHidden(seq)) continue
      found.push(seq)
      if (found.length === page.limit) return goOn()
    }
    if (rows.length === 0) return { found, scanned }
    if (scanned >= MOST_ROWS || clock.now() >= giveUpAt) return goOn()
    size = nextSize(rows)
  }
}

/** As many as are about so large together, as those before were. */
function nextSize(rows: readonly TextRow[]): number {
  const characters = rows.reduce((sum, [, text]) => sum + (text?.length ?? 0), 0)
  const fitting = Math.floor((CHUNK_CHARACTERS * rows.length) / Math.max(1, characters))
  return Math.max(1, Math.min(rows.length * 2, fitting, LARGEST_CHUNK))
}

/** Tells searches apart; a value can be too long for a cursor. */
function markOf(name: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(name)).digest('base64url').slice(0, 22)
}

function readBefore(mark: string, cursor: string | undefined): number {
  if (cursor === undefined) return Number.MAX_SAFE_INTEGER
  const [ofMark, before, ...more] = readCursorText(cursor)
  if (ofMark === mark && typeof before === 'number' && more.length === 0) return before
  throw new ValidationError([{ field: 'cursor', problem: 'is not a cursor of this search' }])
}
