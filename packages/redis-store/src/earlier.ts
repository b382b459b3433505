/** The earlier of two times that may be absent, as an optional `nextAt`. */
export function earlier(a: number | undefined, b: number | undefined): { readonly nextAt?: number } {
  const first = Math.min(a ?? Number.POSITIVE_INFINITY, b ?? Number.POSITIVE_INFINITY)
  return Number.isFinite(first) ? { nextAt: first } : {}
}
