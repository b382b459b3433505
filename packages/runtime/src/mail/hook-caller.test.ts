import {
  type HookFunc,
  type InstanceCommit,
  type InstanceHead,
  type JobEvent,
  type Logger,
  silentLogger,
} from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../system-clock.ts'
import { createHookCaller } from './hook-caller.ts'

const head = { id: 'w', kind: 'workflow', status: 'running' } as InstanceHead
const to = (status: InstanceCommit['status'], error?: string): InstanceCommit =>
  ({ status, ...(error === undefined ? {} : { error }) }) as InstanceCommit

interface EngineHooks {
  readonly onWorkflowCompleted?: readonly HookFunc[]
  readonly onWorkflowFailed?: readonly HookFunc[]
}

function caller(
  { onWorkflowCompleted = [], onWorkflowFailed = [] }: EngineHooks,
  logger: Logger = silentLogger,
) {
  const ends = {
    completed: { type: 'workflow.completed', hooks: onWorkflowCompleted },
    failed: { type: 'workflow.failed', hooks: onWorkflowFailed },
  } as const
  return createHookCaller({ ends, clock: { ...systemClock, now: () => 7 }, logger })
}

describe('the hooks of an engine', () => {
  it('are told of ends with success and with failure', async () => {
    const seen: JobEvent[] = []
    const note = (event: JobEvent): void => void seen.push(event)
    const hooks = caller({ onWorkflowCompleted: [note], onWorkflowFailed: [note] })
    hooks.committed(head, to('completed'))
    hooks.committed(head, to('failed', 'why'))
    expect(seen).toEqual([])
    await hooks.idle()
    const ids = { timestamp: 7, jobId: 'w', workflowId: 'w' }
    expect(seen).toEqual([
      { type: 'workflow.completed', ...ids },
      { type: 'workflow.failed', ...ids, error: 'why' },
    ])
  })

  it('are not told of other steps, nor of those after the end', async () => {
    let calls = 0
    const hooks = caller({
      onWorkflowCompleted: [() => void calls++],
      onWorkflowFailed: [() => void calls++],
    })
    for (const status of ['running', 'suspended', 'cancelled', 'continued'] as const)
      hooks.committed(head, to(status))
    hooks.committed({ ...head, status: 'completed' }, to('completed'))
    await hooks.idle()
    expect(calls).toBe(0)
  })

  it('are called one after the other, and what one throws is logged and keeps no other from its turn', async () => {
    const order: string[] = []
    const logger = { ...silentLogger, error: () => void order.push('logged') }
    const hooks = caller(
      {
        onWorkflowCompleted: [
          async () => {
            await Promise.resolve()
            order.push('first')
            throw new Error('no')
          },
          () => void order.push('second'),
        ],
      },
      logger,
    )
    hooks.committed(head, to('completed'))
    await hooks.idle()
    expect(order).toEqual(['first', 'logged', 'second'])
  })
})
