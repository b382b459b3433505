/** Lets a function run once, when the event loop comes round, however often it is asked for in one tick. */
export function coalesce(run: () => void): () => void {
  let asked = false
  const now = (): void => {
    asked = false
    run()
  }
  return () => {
    if (!asked) setImmediate(now)
    asked = true
  }
}
