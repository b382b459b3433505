import { silentLogger } from '@dureq/types'
import { expect, it } from 'vitest'
import { createComplaints } from './complaints.ts'

it('complains about an instance once, until it has been carried on', () => {
  const lines: string[] = []
  const note =
    (level: string) =>
    (_: object, message: string): void =>
      void lines.push(`${level}: ${message}`)
  const complaints = createComplaints(
    { ...silentLogger, error: note('error'), info: note('info') },
    'workflow',
  )
  const head = { id: 'a', name: 'order' }
  complaints.over('a')
  complaints.add(head, new Error('no'))
  complaints.add(head, new Error('no'))
  complaints.over('a')
  complaints.over('a')
  complaints.add(head, new Error('no'))
  const error = 'error: a workflow cannot be carried on; trying again'
  expect(lines).toEqual([error, 'info: the workflow is carried on again', error])
})
