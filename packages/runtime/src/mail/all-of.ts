/**
 * Resolves when all have settled, so that nothing goes on behind the back of who waits; rejects then with the error of
 * the first one in the list that was rejected.
 */
export async function allOf(promises: readonly Promise<void>[]): Promise<void> {
  for (const settled of await Promise.allSettled(promises))
    if (settled.status === 'rejected') throw settled.reason
}
