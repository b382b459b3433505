import type { PartitionKeys } from '../keys.ts'

/** One candidate of a listing. Its record decides whether it belongs; structures hold hints. */
export interface Candidate {
  readonly id: string
  readonly partition: PartitionKeys
  /** Where to go on after this row. */
  readonly mark: string
}

/** Candidates in the order of the listing, in chunks. */
export type Walk = AsyncGenerator<readonly Candidate[], void, undefined>

/** Which way a listing goes. */
export type Direction = 'forward' | 'backward'

/** Candidates fetched at once from each structure. */
export const CHUNK = 128

/** A walk over nothing. */
export async function* walkNothing(): Walk {}

/** The ids of those candidates that stand in a partition. */
export function idsIn(partition: PartitionKeys, candidates: readonly Candidate[]): readonly string[] {
  return candidates.filter((candidate) => candidate.partition === partition).map(({ id }) => id)
}
