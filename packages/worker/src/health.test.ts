import type { Phase } from '@dureq/runtime'
import { expect, it } from 'vitest'
import type { EngineState } from './engine.ts'
import { describeHealth } from './health.ts'

const engine: EngineState = {
  connected: true,
  concurrency: 6,
  connectedSince: 5,
  lastError: undefined,
  draining: false,
  drainingSince: 5,
  running: 3,
  unsettled: 1,
  succeeded: 7,
  failed: 2,
}

it.each<[string, Phase, Partial<EngineState>, number]>([
  ['running', 'running', {}, 10],
  ['disconnected', 'running', { connected: false, connectedSince: 40 }, 40],
  [
    'disconnected',
    'running',
    { connected: false, connectedSince: 40, draining: true, drainingSince: 50 },
    40,
  ],
  ['draining', 'running', { draining: true, drainingSince: 50 }, 50],
  ['running', 'running', { connectedSince: 60, drainingSince: 50 }, 60],
  ['stopping', 'stopping', { connected: false }, 10],
  ['stopped', 'stopped', { draining: true }, 10],
])('is %s while %s', (status, phase, state, since) => {
  const facts = { nodeId: 'n', concurrency: 8, phase, phaseSince: 10 }
  expect(describeHealth(facts, { ...engine, ...state })).toEqual({
    nodeId: 'n',
    status,
    since,
    concurrency: 6,
    running: 3,
    unsettled: 1,
    succeeded: 7,
    failed: 2,
  })
})

it('says what went wrong last, and works without an engine', () => {
  const facts = { nodeId: 'n', concurrency: 8, phase: 'idle', phaseSince: 1 } as const
  expect(describeHealth(facts, undefined)).toMatchObject({ status: 'idle', running: 0 })
  const lastError = new Error('away')
  expect(describeHealth(facts, { ...engine, lastError }).lastError).toBe(lastError)
})
