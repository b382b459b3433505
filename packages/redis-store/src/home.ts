import { CrossPartitionKeysError, type HomeOf, homePartition, partitionOfKey } from '@dureq/types'

/** The names of concurrency keys. */
function namesOf({ concurrencyKeys = [] }: Pick<HomeOf, 'concurrencyKeys'>): readonly string[] {
  return concurrencyKeys.map((key) => (typeof key === 'string' ? key : key.key))
}

/**
 * The partition a new job or instance lives in.
 *
 * @throws CrossPartitionKeysError when its concurrency keys do not share one.
 */
export function homeOfKeys(draft: HomeOf, partitions: number): number {
  const home = homePartition(draft, partitions)
  const error = strayKeys(draft, home, partitions)
  if (error !== undefined) throw error
  return home
}

/** What is wrong when a job with these keys is to live there. */
export function strayKeys(
  job: Pick<HomeOf, 'concurrencyKeys'>,
  home: number,
  partitions: number,
): CrossPartitionKeysError | undefined {
  const names = namesOf(job)
  if (partitions === 1 || names.every((name) => partitionOfKey(name, partitions) === home)) return undefined
  return new CrossPartitionKeysError(names)
}
