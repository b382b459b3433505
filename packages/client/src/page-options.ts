import {
  checkInteger,
  checkKnown,
  Faults,
  isPlainObject,
  MAX_LIST_OFFSET,
  type PageRequest,
  present,
} from '@dureq/types'

/** Which part of a list: `limit` 1-100, default 10; `sort` default `newest`; `offset` up to 10,000, then `cursor`. */
export type PageOptions = Partial<PageRequest>

/** Most rows of one page. */
export const MAX_PAGE = 100

const DEFAULT_PAGE = 10

const pageOptionNames: readonly (keyof PageOptions)[] = ['limit', 'offset', 'cursor', 'sort']

/** What the store is asked for. */
export function pageRequest({ limit = DEFAULT_PAGE, offset, cursor, sort }: PageOptions): PageRequest {
  return { limit, ...present({ offset, cursor, sort }) }
}

/**
 * What the store is asked for, where a page is all that can be said.
 *
 * @throws ValidationError naming every fault.
 */
export function readPage(options: PageOptions): PageRequest {
  checkListing(options, [], () => {})
  return pageRequest(options)
}

/**
 * Checks the options of a listing that can be filtered.
 *
 * @param filters the names of the options that filter.
 * @param checkFilters adds a fault for everything that is wrong with these.
 * @throws ValidationError naming every fault.
 */
export function checkListing<Options extends PageOptions>(
  options: Options,
  filters: readonly (keyof Options & string)[],
  checkFilters: (options: Options, faults: Faults) => void,
): void {
  const faults = new Faults()
  if (isPlainObject(options)) {
    checkKnown(options, [...filters, ...pageOptionNames], '', faults)
    checkFilters(options, faults)
    checkPage(options, faults)
  } else faults.add('options', 'must be an object')
  faults.throwIfAny()
}

function checkPage({ limit, offset, cursor, sort }: Partial<PageRequest>, faults: Faults): void {
  if (limit !== undefined) checkInteger(limit, { min: 1, max: MAX_PAGE }, 'limit', faults)
  if (offset !== undefined) checkInteger(offset, { min: 0, max: MAX_LIST_OFFSET }, 'offset', faults)
  if (cursor !== undefined && typeof cursor !== 'string') faults.add('cursor', 'must be a text')
  if (offset !== undefined && cursor !== undefined)
    faults.add('offset', 'must not be given together with cursor')
  if (sort !== undefined && !['newest', 'oldest'].includes(sort))
    faults.add('sort', 'must be newest or oldest')
}
