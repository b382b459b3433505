/**
 * Makes `calls` calls, at most `limit` of them at a time.
 *
 * @param {{ calls: number, limit: number }} how
 * @param {() => Promise<unknown>} call
 */
export async function inFlight({ calls, limit }, call) {
  let left = calls
  const lane = async () => {
    while (left-- > 0) await call()
  }
  await Promise.all(Array.from({ length: limit }, lane))
}
