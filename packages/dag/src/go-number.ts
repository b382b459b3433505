/** Go's `int64`: a number without a fraction is written in digits up to here. */
const maxInt64 = 2 ** 63

/**
 * A number as Go programs write one of unknown type, which is what preconditions are compared with: whole numbers in
 * digits, others in the shortest form of `%g`: `0.5`, `1e-05`, `1.2345675e+06`.
 *
 * @param value finite.
 */
export function formatLikeGo(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < maxInt64) return String(BigInt(value))
  const [digits = '', power = '0'] = value.toExponential().split('e')
  const exponent = Number(power)
  // JavaScript has the same shortest digits; only the choice between the forms and the exponent differ.
  if (exponent >= -4 && exponent < 6) return plain(value)
  const sign = exponent < 0 ? '-' : '+'
  return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`
}

/** JavaScript uses no exponent between 1e-6 and 1e21. */
function plain(value: number): string {
  return String(value)
}
