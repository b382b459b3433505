import type { Phase } from '@dureq/runtime'
import { expect, it } from 'vitest'
import type { EngineState } from './engine.ts'
import { describeHealth } from './health.ts'

const engine: EngineState = {
  connected: true,
  concurrency: 6,
  connectedSince: 5,
  lastError: undefined,
  askingSince: undefined,
  draining: false,
  drainingSince: 5,
  running: 3,
  unsettled: 1,
  succeeded: 7,
  failed: 2,
}

const NOW = 100_000

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
  ['running', 'running', { askingSince: NOW - 30_000 }, 10],
  ['stalled', 'running', { askingSince: NOW - 30_001 }, NOW - 30_001],
  ['stalled', 'running', { askingSince: NOW - 40_000, draining: true }, NOW - 40_000],
  ['running', 'running', { askingSince: NOW - 40_000, connectedSince: NOW - 9 }, NOW - 9],
  ['stopping', 'stopping', { connected: false }, 10],
  ['stopped', 'stopped', { draining: true }, 10],
])('is %s while %s', (status, phase, state, since) => {
  const facts = { nodeId: 'n', handlers: 2, concurrency: 8, phase, phaseSince: 10 }
  expect(describeHealth(facts, { ...engine, ...state }, NOW)).toEqual({
    nodeId: 'n',
    status,
    since,
    handlers: 2,
    concurrency: 6,
    running: 3,
    unsettled: 1,
    succeeded: 7,
    failed: 2,
  })
})

it('says what went wrong last, and works without an engine', () => {
  const facts = { nodeId: 'n', handlers: 2, concurrency: 8, phase: 'idle', phaseSince: 1 } as const
  expect(describeHealth(facts, undefined, NOW)).toMatchObject({ status: 'idle', running: 0 })
  const lastError = new Error('away')
  expect(describeHealth(facts, { ...engine, lastError }, NOW).lastError).toBe(lastError)
})
