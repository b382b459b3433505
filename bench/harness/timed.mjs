/**
 * How long an action takes, in seconds.
 *
 * @param {() => Promise<unknown>} action
 */
export async function secondsOf(action) {
  globalThis.gc?.() // nobody pays for what was before
  const started = performance.now()
  await action()
  return (performance.now() - started) / 1000
}
