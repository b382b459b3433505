import { Faults } from '@dureq/types'

/** Adds the faults of a check that knows only a part of the configuration, by their names in the whole. */
export function checkBelow(prefix: string, check: () => unknown, faults: Faults): void {
  const own = new Faults()
  own.attempt(check)
  for (const { field, problem, limit } of own.found) faults.add(prefix + field, problem, limit)
}
