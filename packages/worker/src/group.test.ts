import { JobCancelledError, silentLogger } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createExecution } from '../test/fixtures/lease.ts'
import { createGroupContext, Group } from './group.ts'

describe('Group', () => {
  it('is told to end when all of its jobs have been, those told before they came included', () => {
    const jobs = [createExecution(), createExecution(), createExecution()]
    const error = new JobCancelledError('a')
    jobs[0]?.tellToEnd({ cause: 'cancel', error })
    const { signal } = createGroupContext(new Group(jobs), {
      nodeId: 'n',
      taskType: 'plain',
      logger: silentLogger,
    })
    jobs[1]?.tellToEnd({ cause: 'cancel', error })
    jobs[1]?.tellToEnd({ cause: 'cancel', error })
    expect(signal.aborted).toBe(false)
    jobs[2]?.tellToEnd({ cause: 'cancel', error })
    expect(signal.reason).toBe(error)
  })
})
