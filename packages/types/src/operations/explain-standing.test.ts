import { describe, expect, it, test } from 'vitest'
import type { JobRecord } from '../job.ts'
import type { NodeInfo, PoolStats } from '../node-info.ts'
import { defaultSettings } from '../settings/settings.ts'
import { explainStanding } from './explain-standing.ts'
import type { Standing, WaitReason } from './explanation.ts'
import type { KeyUsage, TaskTypeUsage, TierUsage } from './usage.ts'

const NOON = Date.UTC(2026, 10, 24, 12)
const LATER = '2026-11-24T12:00:05.000Z'

const job = (over: Partial<JobRecord> = {}): JobRecord => ({
  id: 'j',
  taskType: 'mail',
  payload: 'null',
  schedule: { type: 'IMMEDIATE' },
  status: 'pending',
  attempt: 0,
  consecutiveErrors: 0,
  tags: [],
  headers: {},
  priority: 5,
  createdAt: NOON - 9_000,
  updatedAt: NOON - 1_000,
  ...over,
})

const node = (nodeId: string, over: Partial<NodeInfo> = {}): NodeInfo => ({
  nodeId,
  taskTypes: ['mail', 'order.*'],
  startedAt: NOON - 60_000,
  lastHeartbeat: NOON,
  ...over,
})

const standing = (record: Partial<JobRecord> = {}, over: Partial<Standing> = {}): Standing => ({
  record: job(record),
  keys: [],
  now: NOON,
  ...over,
})

const key = (over: Partial<KeyUsage> = {}): KeyUsage => ({
  key: 'acme',
  limit: 1,
  running: 0,
  holders: [],
  waiting: 1,
  ...over,
})

const tier = (over: Partial<TierUsage> = {}): TierUsage => ({
  name: 'normal',
  weight: 5,
  paused: false,
  waiting: 3,
  ...over,
})

const taskType = (over: Partial<TaskTypeUsage> = {}): TaskTypeUsage => ({
  taskType: 'mail',
  paused: false,
  waiting: 3,
  running: 0,
  ...over,
})

const holder = { runId: 'h-1', firingId: 'h', nodeId: 'n1' }
const lease = {
  runId: 'j-1',
  firingId: 'j',
  nodeId: 'n1',
  claimedAt: NOON,
  expiresAt: NOON + 1,
  started: true,
}
const rate = { rateLimit: 1, rateBurst: 1, available: 0, until: NOON + 5_000 }

/** The first reason, and what is said of it. */
const first = (of: Standing, nodes: readonly NodeInfo[] = [node('n1')]): [WaitReason, string] => {
  const { reasons, text } = explainStanding(of, { settings: defaultSettings, nodes })
  return [reasons[0] as WaitReason, text]
}

describe('a job that does not wait', () => {
  test.each<[string, Standing, WaitReason['kind'], string]>([
    ['completed', standing({ status: 'completed' }), 'ended', 'It has ended: completed.'],
    [
      'dead',
      standing({ status: 'dead', lastError: 'no', result: { status: 'dead', error: 'boom' } }),
      'ended',
      'It has ended: dead (boom).',
    ],
    ['cancelled', standing({ status: 'cancelled' }), 'ended', 'It has ended: cancelled.'],
    [
      'running',
      standing({ status: 'running' }, { lease }),
      'running',
      'It is running: run j-1 on node n1 since 2026-11-24T12:00:00.000Z.',
    ],
    [
      'claimed',
      standing({ status: 'running' }, { lease: { ...lease, started: false } }),
      'claimed',
      'It is claimed: run j-1 on node n1 since 2026-11-24T12:00:00.000Z; its handler has not started.',
    ],
    [
      'asked to stop',
      standing({ status: 'running' }, { lease, cancelRequested: 'too late' }),
      'cancelling',
      'It is being cancelled (too late): run j-1 on node n1 has been asked to stop.',
    ],
  ])('%s', (_, of, kind, text) => {
    const { reasons, ...rest } = explainStanding(of, { settings: defaultSettings, nodes: [] })
    expect(reasons.map((reason) => reason.kind)).toEqual([kind])
    expect(rest).toEqual({ jobId: 'j', status: of.record.status, text })
  })
})

describe('a job that waits for a time or a word', () => {
  test.each<[string, Standing, WaitReason, string]>([
    [
      'delayed',
      standing({ status: 'scheduled', nextRunAt: NOON + 5_000 }),
      { kind: 'delayed', until: NOON + 5_000 },
      `It is delayed until ${LATER}.`,
    ],
    [
      'retrying',
      standing({ status: 'retrying', nextRunAt: NOON + 5_000, attempt: 2, lastError: 'boom' }),
      { kind: 'retrying', until: NOON + 5_000, attempt: 2, error: 'boom' },
      `Attempt 2 failed (boom); it is tried again at ${LATER}.`,
    ],
    ['paused', standing({ status: 'paused' }), { kind: 'paused' }, 'It is paused until somebody resumes it.'],
    [
      'paused for a while',
      standing({ status: 'paused', resumeAt: NOON + 5_000 }),
      { kind: 'paused', resumeAt: NOON + 5_000 },
      `It is paused until ${LATER}.`,
    ],
    [
      'held',
      standing({ id: 'j:3' }, { held: true }),
      { kind: 'held', behind: [] },
      'Its overlap policy keeps it until the firing before it has ended.',
    ],
  ])('%s', (_, of, reason, text) => {
    expect(first(of)).toEqual([reason, text])
  })
})

it('waits for a node rather than for a time that has come', () => {
  const kindsAt = (nextRunAt: number): readonly string[] =>
    explainStanding(standing({ status: 'scheduled', nextRunAt }), {
      settings: defaultSettings,
      nodes: [],
    }).reasons.map(({ kind }) => kind)
  expect(kindsAt(NOON + 1)).toEqual(['delayed', 'noNode'])
  expect(kindsAt(NOON)).toEqual(['noNode', 'delayed'])
})

describe('a job in a line', () => {
  const inLine = ' It stands in a line of 3 since 2026-11-24T11:59:59.000Z.'
  const ready = (over: Partial<Standing> = {}, record: Partial<JobRecord> = {}): Standing =>
    standing(record, { tier: tier(), taskType: taskType(), inLine: 3, ...over })

  test.each<[string, Standing, readonly NodeInfo[], WaitReason, string]>([
    [
      'tierPaused',
      ready({ tier: tier({ paused: true }) }),
      [node('n1')],
      { kind: 'tierPaused', tier: 'normal' },
      'Its tier normal is paused.',
    ],
    [
      'taskTypePaused',
      ready({ taskType: taskType({ paused: true }) }),
      [node('n1')],
      { kind: 'taskTypePaused', taskType: 'mail' },
      'Its task type mail is paused.',
    ],
    [
      'noNode',
      ready(),
      [node('n1', { taskTypes: ['other'] })],
      { kind: 'noNode', taskType: 'mail' },
      'No live node has a handler for the task type mail.',
    ],
    [
      'noVersion',
      ready({}, { version: 'v3' }),
      [node('n1', { handlerVersions: { mail: 'v2' } }), node('n2', { handlerVersions: { mail: 'v1' } })],
      { kind: 'noVersion', version: 'v3', served: ['v1', 'v2'] },
      'No live node has a handler of version v3; there is v1, v2.',
    ],
    [
      'draining',
      ready(),
      [node('n1', { draining: true }), node('n2', { taskTypes: [] })],
      { kind: 'draining', nodes: ['n1'] },
      'Every node with a handler for it drains: n1.',
    ],
    [
      'throttled',
      ready({ keys: [key({ throttledUntil: NOON + 5_000 })] }),
      [node('n1')],
      { kind: 'throttled', key: 'acme', until: NOON + 5_000 },
      `A handler asked that nothing with the concurrency key acme starts before ${LATER}.`,
    ],
    [
      'keyFull',
      ready({ keys: [key({ running: 1, holders: [holder] })] }),
      [node('n1')],
      { kind: 'keyFull', key: 'acme', limit: 1, holders: [holder] },
      'It waits for the concurrency key acme (limit 1), held by run h-1 on node n1.',
    ],
    [
      'typeFull',
      ready({ taskType: taskType({ running: 2, maxRunning: 2 }) }),
      [node('n1')],
      { kind: 'typeFull', taskType: 'mail', limit: 2, running: 2 },
      '2 jobs of its task type mail run, as many as may (limit 2).',
    ],
    [
      'tierFull',
      ready({ tier: tier({ running: 4, maxRunning: 3 }) }),
      [node('n1')],
      { kind: 'tierFull', tier: 'normal', limit: 3, running: 4 },
      '4 jobs of its tier normal run, as many as may (limit 3).',
    ],
    [
      'rateLimited, tier',
      ready({ tier: tier({ rate }) }),
      [node('n1')],
      { kind: 'rateLimited', of: 'tier', name: 'normal', until: NOON + 5_000 },
      `The rate limit of its tier normal lets the next one start at ${LATER}.`,
    ],
    [
      'rateLimited, task type',
      ready({ taskType: taskType({ rate }) }),
      [node('n1')],
      { kind: 'rateLimited', of: 'taskType', name: 'mail', until: NOON + 5_000 },
      `The rate limit of its task type mail lets the next one start at ${LATER}.`,
    ],
    [
      'rateLimited, key',
      ready({ keys: [key({ rate })] }),
      [node('n1')],
      { kind: 'rateLimited', of: 'key', name: 'acme', until: NOON + 5_000 },
      `The rate limit of the concurrency key acme lets the next one start at ${LATER}.`,
    ],
    [
      'nodesBusy',
      ready(),
      [node('n1', { poolStats: pool(3, 1) }), node('n2', { draining: true })],
      { kind: 'nodesBusy', nodes: ['n1'] },
      'Every node with a handler for it is busy: n1.',
    ],
  ])('%s', (_, of, nodes, reason, text) => {
    expect(first(of, nodes)).toEqual([reason, text + inLine])
  })

  it('waits for handlers that run as many at once as they may, on every node', () => {
    const handlers = (concurrency?: number): Partial<NodeInfo> => ({
      handlers: { mail: { maxAttempts: 3, ...(concurrency !== undefined && { concurrency }) } },
    })
    const full = ready({ taskType: taskType({ running: 3 }) })
    expect(first(full, [node('n1', handlers(1)), node('n2', handlers(2))])).toEqual([
      { kind: 'nodesBusy', nodes: ['n1', 'n2'] },
      `Every node with a handler for it is busy: n1, n2.${inLine}`,
    ])
    expect(first(full, [node('n1', handlers(1)), node('n2', handlers(3))])[0].kind).toBe('inLine')
    expect(first(full, [node('n1', handlers(1)), node('n2', handlers())])[0].kind).toBe('inLine')
  })

  it('says only that when nothing keeps it', () => {
    expect(first(ready(), [node('n1', { poolStats: pool(3, 0) })])).toEqual([
      { kind: 'inLine', waiting: 3, since: NOON - 1_000 },
      inLine.trim(),
    ])
  })

  it('is taken by a pattern, and by a handler without a version', () => {
    expect(first(ready({}, { taskType: 'order.paid', version: 'v9' }))[0].kind).toBe('inLine')
  })

  it('does not wait for a rate or a throttle whose time is over', () => {
    const over = { ...rate, until: NOON }
    expect(first(ready({ keys: [key({ throttledUntil: NOON, rate: over })] }))[0].kind).toBe('inLine')
  })

  it('waits for a key nobody has stated a limit of when one runs', () => {
    const { limit: _, ...unlimited } = key({ running: 1 })
    expect(first(ready({ keys: [unlimited] }))[0]).toMatchObject({ kind: 'keyFull', limit: 1 })
  })

  it('names three holders of a key, and counts the others', () => {
    const holders = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ runId: id, firingId: id, nodeId: 'n' }))
    expect(first(ready({ keys: [key({ limit: 5, running: 5, holders })] }))[1]).toContain(
      'held by run a on node n, run b on node n, run c on node n and 2 more.',
    )
  })

  it('names the most decisive reason first and the weakest last', () => {
    const all = ready({
      tier: tier({ paused: true, rate }),
      taskType: taskType({ paused: true, running: 1, maxRunning: 1 }),
      keys: [key({ running: 1 }), key({ key: 'b', throttledUntil: NOON + 1 })],
    })
    const nodes = [node('n1', { poolStats: pool(1, 0, 1) })]
    const { reasons } = explainStanding(all, { settings: defaultSettings, nodes })
    expect(reasons.map(({ kind }) => kind)).toEqual([
      'tierPaused',
      'taskTypePaused',
      'throttled',
      'keyFull',
      'typeFull',
      'rateLimited',
      'nodesBusy',
      'inLine',
    ])
  })
})

describe('a job whose time has not come', () => {
  it('is told what would keep it then, too', () => {
    const settings = {
      ...defaultSettings,
      tiers: defaultSettings.tiers.map((each) => ({ ...each, paused: true })),
      taskTypes: { mail: { paused: true } },
    }
    const of = standing({ status: 'scheduled', nextRunAt: NOON + 5_000 })
    const { reasons } = explainStanding(of, { settings, nodes: [] })
    expect(reasons.map(({ kind }) => kind)).toEqual(['delayed', 'tierPaused', 'taskTypePaused', 'noNode'])
  })
})

describe('a recurring job', () => {
  const facts = { settings: defaultSettings, nodes: [node('n1')] }
  const schedule = { type: 'DURATION', interval: 60_000 } as const

  it('says when it fires next', () => {
    const of = standing({ schedule, status: 'scheduled', nextRunAt: NOON + 5_000 }, { unfinished: [] })
    expect(explainStanding(of, facts)).toEqual({
      jobId: 'j',
      status: 'scheduled',
      text: `Its schedule fires next at ${LATER}.`,
      reasons: [{ kind: 'betweenFirings', nextRunAt: NOON + 5_000 }],
    })
  })

  it('says that its schedule is paused, or has come to its end', () => {
    const paused = standing({ schedule, status: 'paused' }, { unfinished: [] })
    expect(explainStanding(paused, facts)).toMatchObject({
      text: 'Its schedule is paused.',
      reasons: [{ kind: 'schedulePaused' }],
    })
    const over = standing({ schedule, status: 'running' }, { unfinished: [] })
    expect(explainStanding(over, facts).text).toBe('Its schedule fires no more.')
    const ended = standing({ schedule, status: 'completed' }, { unfinished: [] })
    expect(explainStanding(ended, facts).text).toBe('It has ended: completed.')
  })

  it('does not take a held firing that comes with its siblings for its job', () => {
    const unfinished = [job({ id: 'j:1' }), job({ id: 'j:2' }), job({ id: 'j:3' })]
    const { reasons } = explainStanding(standing({ id: 'j:2', schedule }, { held: true, unfinished }), facts)
    expect(reasons).toEqual([{ kind: 'held', behind: ['j:1'] }])
  })

  it('tells of each firing, also what a held one waits behind', () => {
    const firings = [job({ id: 'j:1', status: 'running' }), job({ id: 'j:2' })]
    const of = standing({ schedule, status: 'running', nextRunAt: NOON + 5_000 }, { unfinished: firings })
    const [running, held] = [
      standing({ id: 'j:1', status: 'running' }, { lease: { ...lease, runId: 'j:1-1', firingId: 'j:1' } }),
      standing({ id: 'j:2' }, { held: true }),
    ]
    const { reasons, text } = explainStanding(of, {
      ...facts,
      firings: [running as Standing, held as Standing],
    })
    expect(reasons).toMatchObject([
      { kind: 'firing', firingId: 'j:1', reasons: [{ kind: 'running' }] },
      { kind: 'firing', firingId: 'j:2', reasons: [{ kind: 'held', behind: ['j:1'] }] },
      { kind: 'betweenFirings' },
    ])
    expect(text).toContain('Firing j:2: Its overlap policy keeps it until j:1 has ended.')
  })
})

function pool(runningWorkers: number, queueLength: number, maxConcurrency = 4): PoolStats {
  return {
    runningWorkers,
    idleWorkers: maxConcurrency - runningWorkers,
    maxConcurrency,
    totalSubmitted: 0,
    totalCompleted: 0,
    totalFailed: 0,
    queueLength,
  }
}
