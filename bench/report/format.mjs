/**
 * @param {number} value
 * @param {number} [digits] Three are more than such a measurement is worth.
 */
export const rounded = (value, digits = 3) =>
  Number(value.toPrecision(digits)).toLocaleString('en-US', { maximumFractionDigits: 6 })

/**
 * @param {number} count
 * @param {string} noun
 */
export const counted = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`

/**
 * A table of Markdown.
 *
 * @param {readonly { title: string, isNumber?: boolean }[]} columns
 * @param {readonly (readonly string[])[]} rows
 */
export function table(columns, rows) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |`
  const titles = line(columns.map(({ title }) => title))
  const rule = line(columns.map(({ isNumber }) => (isNumber ? '---:' : '---')))
  return [titles, rule, ...rows.map(line)].join('\n')
}
