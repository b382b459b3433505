import { Faults } from '@dureq/types'
import { expect, it } from 'vitest'
import { checkPeriodicTasks } from './check-periodic-tasks.ts'

it('names what is wrong in a list of periodic tasks', () => {
  const faults = new Faults()
  const tasks = [
    { taskType: 'tidy', cronExpr: '0 3 * * *' },
    { taskType: 'mail.*', cronExpr: '0 0 * * 9' },
    { taskType: 'tidy', cronExpr: '0 3 * * *' },
  ]
  checkPeriodicTasks(tasks, { now: 0, field: 'tasks' }, faults)
  expect(faults.found.map(({ field }) => field)).toEqual([
    'tasks[1].taskType',
    'tasks[1].cronExpr',
    'tasks[2].uniqueKey',
  ])
})
