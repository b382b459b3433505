/** Something that must never be, was: an invariant is broken. */
export class Violation extends Error {
  readonly invariant: string

  constructor(invariant: string, what: string) {
    super(`${invariant}: ${what}`)
    this.name = 'Violation'
    this.invariant = invariant
  }
}

/** Throws unless something holds; `what` is only asked for when it does not. */
export function must(invariant: string, holds: boolean, what: () => string): void {
  if (!holds) throw new Violation(invariant, what())
}
