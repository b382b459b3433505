import { type Fault, ValidationError } from './errors/validation-error.ts'

/**
 * Collects what is wrong with a value, so that a user learns about every fault in one error.
 * Checks take a `Faults` and add to it; whoever started the check ends it with `throwIfAny`.
 */
export class Faults {
  readonly #found: Fault[] = []

  /** Everything added so far, in order. */
  get found(): readonly Fault[] {
    return this.#found
  }

  /** Notes one fault. */
  add(field: string, problem: string, limit?: number): void {
    this.#found.push(limit === undefined ? { field, problem } : { field, problem, limit })
  }

  /** Runs a check that throws `ValidationError` and notes its faults instead; returns undefined then. */
  attempt<T>(check: () => T): T | undefined {
    try {
      return check()
    } catch (error) {
      if (!ValidationError.is(error)) throw error
      this.#found.push(...error.fields)
      return undefined
    }
  }

  /** Throws one `ValidationError` that names every fault, or does nothing when there is none. */
  throwIfAny(): void {
    if (this.#found.length > 0) throw new ValidationError(this.#found)
  }
}
