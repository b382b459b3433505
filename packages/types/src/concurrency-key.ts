/**
 * Limits how many jobs run at once among all those that carry the same key, whatever their type.
 *
 * With a store of several partitions all keys of one job must share a partition: keys with the same part in
 * braces do, as `{acme}` and `{acme}:api`.
 */
export interface ConcurrencyKey {
  readonly key: string
  /**
   * Most jobs that may run at once. The limit is stored with the key: the newest enqueue that states one sets
   * it, and lowering it only stops new starts. Without one the stored limit holds.
   */
  readonly maxConcurrency?: number
}
