import { maxCronLength, parseCron } from '../cron/parse.ts'
import { isSameZone } from '../zone/offset-reader.ts'
import type { Checking } from './checking.ts'

/** The cron expression; good only if no fault was added. */
export function readCronExpr({ given, prefix, faults }: Checking): string {
  const { cronExpr: text, timezone } = given
  const field = `${prefix}cronExpr`
  if (typeof text !== 'string') {
    faults.add(field, 'must be a cron expression')
    return ''
  }
  if (text.length > maxCronLength) {
    faults.add(field, `must not be longer than ${maxCronLength} characters`, maxCronLength)
    return ''
  }
  const { zone } = parseCron(text, field, faults)
  const contradicts = zone !== undefined && typeof timezone === 'string' && timezone !== ''
  if (contradicts && !isSameZone(zone, timezone))
    faults.add(field, `names the time zone '${zone}', but timezone is '${timezone}'`)
  return text
}
