import {
  checkKnown,
  Faults,
  isPlainObject,
  type JsonValue,
  type PageRequest,
  present,
  type SearchQuery,
  toJsonText,
} from '@dureq/types'
import { checkListing, type PageOptions, pageRequest } from '../page-options.ts'
import { readValuePath } from './value-path.ts'

/** Which part of what is found. */
export type SearchOptions = Pick<PageOptions, 'limit' | 'cursor'>

/**
 * What to look for, checked.
 *
 * @param search as it was given.
 * @param looked what of it says where the value is and which; it must have nothing else.
 * @param checkRest adds a fault for what is wrong with the other members.
 * @throws ValidationError naming every fault.
 */
export function readSearch(
  search: unknown,
  looked: object,
  checkRest: (faults: Faults) => void,
): Pick<SearchQuery, 'path' | 'value'> {
  const faults = new Faults()
  if (!isPlainObject(search)) faults.add('search', 'must be an object')
  faults.throwIfAny()
  const { path, value } = looked as { readonly path?: unknown; readonly value?: unknown }
  checkKnown(looked, ['path', 'value'], '', faults)
  const steps = faults.attempt(() => readValuePath(path as never)) ?? []
  const text = value === undefined ? undefined : faults.attempt(() => toJsonText(value, 'value'))
  if (value === undefined) faults.add('value', 'must be given; null is a value')
  checkRest(faults)
  faults.throwIfAny()
  return { path: steps, value: JSON.parse(text ?? 'null') as JsonValue }
}

/**
 * The page to ask the store for.
 *
 * @throws ValidationError naming every fault.
 */
export function searchRequest(options: SearchOptions): Pick<PageRequest, 'limit' | 'cursor'> {
  checkListing(options, [], (given, faults) => {
    if ('offset' in given) faults.add('offset', 'is not possible: use the cursor')
    if ('sort' in given) faults.add('sort', 'is not possible: the newest come first')
  })
  const { limit, cursor } = pageRequest(options)
  return { limit, ...present({ cursor }) }
}
