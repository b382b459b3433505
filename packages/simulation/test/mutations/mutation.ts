/** A bug to plant: one place in one of our sources, and what stands there instead. */
export interface Mutation {
  /** What is wrong then. */
  readonly name: string
  /** Below `packages/`. */
  readonly file: string
  /** Stands exactly once in the file. */
  readonly code: string
  readonly instead: string
}
