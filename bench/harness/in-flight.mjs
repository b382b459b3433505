/**
 * Makes `calls` calls, at most `limit` of them at a time.
 *
 * @param {{ calls: number, limit: number }} how
 * @param {(index: number) => Promise<unknown>} call
 */
export async function inFlight({ calls, limit }, call) {
  let made = 0
  const lane = async () => {
    while (made < calls) await call(made++)
  }
  await Promise.all(Array.from({ length: limit }, lane))
}
