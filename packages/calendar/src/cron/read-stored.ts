import { Faults, InvalidScheduleError } from '@dureq/types'
import type { CronExpression } from './expression.ts'
import { parseCron } from './parse.ts'

/**
 * Reads a cron expression that has been checked before.
 *
 * @throws InvalidScheduleError when it is none after all.
 */
export function readStoredCron(cronExpr: string): CronExpression {
  const faults = new Faults()
  const cron = parseCron(cronExpr, 'cronExpr', faults)
  const [fault] = faults.found
  if (fault !== undefined) throw new InvalidScheduleError(`cronExpr ${fault.problem}`)
  return cron
}
