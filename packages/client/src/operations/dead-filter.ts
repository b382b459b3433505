import { checkName, type DeadFilter, type Faults, present } from '@dureq/types'

/** The names of the members of a filter of dead jobs. */
export const deadFilterNames = ['taskType', 'tag', 'search'] as const

/** Longest text to search ids, types and errors for. */
const MAX_SEARCH = 512

/** The filter alone, of whatever it is part of. */
export function deadFilterOf({ taskType, tag, search }: DeadFilter): DeadFilter {
  return present({ taskType, tag, search })
}

/** Adds a fault for everything that is wrong with a filter. */
export function checkDeadFilter({ taskType, tag, search }: DeadFilter, faults: Faults): void {
  if (taskType !== undefined) checkName('taskType', taskType, 'taskType', faults)
  if (tag !== undefined) checkName('tag', tag, 'tag', faults)
  if (search !== undefined) checkSearch(search, faults)
}

/** Adds a fault unless it is a text that can be searched for. */
export function checkSearch(search: unknown, faults: Faults): void {
  if (typeof search !== 'string') faults.add('search', 'must be a text')
  else if (search === '') faults.add('search', 'must not be empty')
  else if (search.length > MAX_SEARCH)
    faults.add('search', `must not be longer than ${MAX_SEARCH} characters`, MAX_SEARCH)
}
