import { defaultSizeLimits, defineTask, maxDurationMs } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { checkOptions } from './checked-options.ts'
import type { EnqueueOptions } from './enqueue-options.ts'

const NOW = Date.UTC(2026, 0, 1)
const context = { limits: defaultSizeLimits, now: NOW }
const check = (options: object): ReturnType<typeof checkOptions> =>
  checkOptions('email.send', options as EnqueueOptions, context)
const fieldsOf = (options: object): string[] => check(options).faults.map(({ field }) => field)

describe('what is stored', () => {
  it('is of a recurring schedule what it says, in milliseconds, and what it counts from', () => {
    const { job, recurring, faults } = check({ schedule: { type: 'DURATION', interval: '1h', jitter: '1m' } })
    expect(faults).toEqual([])
    expect(job).toStrictEqual({ taskType: 'email.send', priority: 5 })
    expect(recurring).toEqual({
      schedule: { type: 'DURATION', interval: 3_600_000, jitter: 60_000 },
      anchorAt: NOW,
    })
  })

  it('is the task type and priority 5 when nothing is said', () => {
    expect(check({}).faults).toEqual([])
    expect(check({}).job).toStrictEqual({ taskType: 'email.send', priority: 5 })
  })

  it('is everything that is said, in milliseconds', () => {
    const options: EnqueueOptions = {
      priority: 10,
      delay: '10m',
      tags: ['a', 'b'],
      headers: { 'x-trace': '1' },
      uniqueKey: 'welcome:42',
      requestId: 'r-1',
      retryPolicy: { maxAttempts: 5 },
      timeout: '30s',
      heartbeatTimeout: 1_000,
      scheduleToStartTimeout: '1h',
      dlqAfter: 2,
      version: 'build-7',
      retain: 0,
    }
    const { job, faults } = check(options)
    expect(faults).toEqual([])
    expect(job).toEqual({
      taskType: 'email.send',
      priority: 10,
      delayMs: 600_000,
      tags: ['a', 'b'],
      headers: { 'x-trace': '1' },
      uniqueKey: 'welcome:42',
      requestId: 'r-1',
      retryPolicy: {
        maxAttempts: 5,
        initialDelayMs: 5_000,
        maxDelayMs: 300_000,
        multiplier: 2,
        jitter: 0.1,
        nonRetryableErrors: [],
        pauseAfterErrCount: 0,
        pauseRetryDelayMs: 0,
      },
      timeoutMs: 30_000,
      heartbeatTimeoutMs: 1_000,
      scheduleToStartTimeoutMs: 3_600_000,
      dlqAfter: 2,
      version: 'build-7',
      retainMs: 0,
    })
  })

  it('is the keys it shares with others, but nothing of how the call waits for room', () => {
    const keys = [{ key: 'acme', maxConcurrency: 2 }, { key: 'api' }]
    const { signal } = new AbortController()
    const { job, room } = check({ concurrencyKeys: keys, whenFull: 'wait', roomTimeout: '5s', signal })
    expect(job).toStrictEqual({ taskType: 'email.send', priority: 5, concurrencyKeys: keys })
    expect(room).toEqual({ timeoutMs: 5_000, signal })
    expect(check({ concurrencyKeys: [] }).job).not.toHaveProperty('concurrencyKeys')
    expect(check({}).room?.timeoutMs).toBe(0)
    expect(check({ whenFull: 'wait' }).room?.timeoutMs).toBe(Number.POSITIVE_INFINITY)
  })

  it('takes from the task only what its handler comes too late for', () => {
    const task = defineTask({
      type: 't',
      priority: 8,
      timeout: '1s',
      scheduleToStartTimeout: '2s',
      retryPolicy: {},
    })
    expect(checkOptions(task, {}, context).job).toEqual({
      taskType: 't',
      priority: 8,
      scheduleToStartTimeoutMs: 2_000,
    })
    expect(checkOptions(task, { priority: 1, scheduleToStartTimeout: '3s' }, context).job).toMatchObject({
      priority: 1,
      scheduleToStartTimeoutMs: 3_000,
    })
  })

  it('is one moment, however it is said', () => {
    const at = NOW + 60_000
    for (const options of [
      { runAt: at },
      { runAt: new Date(at) },
      { runAt: '2026-01-01T09:01:00+09:00' },
      { schedule: { type: 'ONE_TIME', runAt: at } },
    ]) {
      expect(check(options)).toMatchObject({ job: { runAt: at }, faults: [] })
    }
    const fields = { cronExpr: '* * * * *', interval: 1, timezone: 'UTC' }
    expect(check({ schedule: { type: 'ONE_TIME', runAt: at, ...fields } })).toMatchObject({
      job: { runAt: at },
      faults: [],
    })
    expect(check({ schedule: { type: 'IMMEDIATE' } }).job).not.toHaveProperty('runAt')
    expect(check({ runAt: NOW - 1 }).faults).toEqual([])
  })

  it('ignores what is undefined', () => {
    expect(check({ delay: undefined, uniqueKey: undefined, retryPolicy: undefined }).job).toEqual({
      taskType: 'email.send',
      priority: 5,
    })
  })
})

describe('what is refused', () => {
  it.each<[string, object, string[]]>([
    ['no object', [] as object, ['options']],
    ['unknown options', { prio: 1, concurrency: [] }, ['prio', 'concurrency']],
    [
      'concurrency keys that are none',
      { concurrencyKeys: [{ key: '' }, { key: 'a', maxConcurrency: 0 }, 7] },
      ['concurrencyKeys[0].key', 'concurrencyKeys[1].maxConcurrency', 'concurrencyKeys[2]'],
    ],
    ['no list of concurrency keys', { concurrencyKeys: 'a' }, ['concurrencyKeys']],
    ['what nobody can do when it is full', { whenFull: 'drop' }, ['whenFull']],
    ['a time to wait without waiting', { roomTimeout: 5 }, ['roomTimeout']],
    ['no time to wait', { whenFull: 'wait', roomTimeout: 'soon' }, ['roomTimeout']],
    ['a signal that is none', { signal: {} }, ['signal']],
    ['priority 0', { priority: 0 }, ['priority']],
    ['priority 11', { priority: 11 }, ['priority']],
    ['priority 1.5', { priority: 1.5 }, ['priority']],
    ['priority as text', { priority: '5' }, ['priority']],
    ['a negative delay', { delay: -1 }, ['delay']],
    ['a delay of eleven years', { delay: maxDurationMs + 1 }, ['delay']],
    ['no number as delay', { delay: Number.NaN }, ['delay']],
    ['a malformed duration', { delay: '10 minutes' }, ['delay']],
    ['null as delay', { delay: null }, ['delay']],
    ['null as moment', { runAt: null }, ['runAt']],
    ['a moment without offset', { runAt: '2026-01-01T00:00:00' }, ['runAt']],
    ['a moment that is none', { runAt: new Date(Number.NaN) }, ['runAt']],
    ['a moment in eleven years', { runAt: NOW + maxDurationMs + 1 }, ['runAt']],
    ['a moment before 1970', { runAt: -1 }, ['runAt']],
    ['delay and moment', { delay: 1, runAt: NOW }, ['runAt']],
    ['moment and schedule', { runAt: NOW, schedule: { type: 'IMMEDIATE' } }, ['schedule']],
    ['a schedule without type', { schedule: {} }, ['schedule.type']],
    ['a schedule that is none', { schedule: 'IMMEDIATE' }, ['schedule']],
    ['ONE_TIME without moment', { schedule: { type: 'ONE_TIME' } }, ['schedule.runAt']],
    [
      'ONE_TIME with a window',
      { schedule: { type: 'ONE_TIME', runAt: NOW, endsAt: NOW } },
      ['schedule.endsAt'],
    ],
    [
      'IMMEDIATE with a policy',
      { schedule: { type: 'IMMEDIATE', overlapPolicy: 'SKIP' } },
      ['schedule.overlapPolicy'],
    ],
    ['tags that are no list', { tags: 'a' }, ['tags']],
    ['an empty tag', { tags: ['a', ''] }, ['tags[1]']],
    ['a tag twice', { tags: ['a', 'a'] }, ['tags[1]']],
    ['too many tags', { tags: Array.from({ length: 51 }, (_, i) => `${i}`) }, ['tags']],
    ['headers that are a list', { headers: ['a'] }, ['headers']],
    ['a header that is no text', { headers: { a: 1 } }, ['headers["a"]']],
    ['a key with a control character', { uniqueKey: 'a\u0000b' }, ['uniqueKey']],
    ['an empty key', { uniqueKey: '' }, ['uniqueKey']],
    ['a request id that is no text', { requestId: 7 }, ['requestId']],
    ['a version with a line feed', { version: 'a\nb' }, ['version']],
    ['dlqAfter 0', { dlqAfter: 0 }, ['dlqAfter']],
    ['no time to run', { timeout: 0 }, ['timeout']],
    ['a lease too short', { heartbeatTimeout: 999 }, ['heartbeatTimeout']],
    ['no time to start', { scheduleToStartTimeout: 0 }, ['scheduleToStartTimeout']],
    ['a negative retain', { retain: '-1s' }, ['retain']],
    ['a policy that is none', { retryPolicy: 3 }, ['retryPolicy']],
    ['an unknown part of a policy', { retryPolicy: { attempts: 3 } }, ['retryPolicy.attempts']],
    [
      'a bad policy',
      {
        retryPolicy: {
          maxAttempts: 0,
          jitter: 2,
          multiplier: 0.5,
          initialDelay: '1x',
          nonRetryableErrors: [''],
        },
      },
      [
        'retryPolicy.maxAttempts',
        'retryPolicy.multiplier',
        'retryPolicy.jitter',
        'retryPolicy.nonRetryableErrors[0]',
        'retryPolicy.initialDelay',
      ],
    ],
  ])('%s', (_, options, fields) => {
    expect(fieldsOf(options)).toEqual(fields)
  })

  it('is said with all faults at once', () => {
    const { faults } = checkOptions('', { priority: 99, delay: -5, uniqueKey: '\n' }, context)
    expect(faults.map(({ field }) => field)).toEqual(['taskType', 'uniqueKey', 'priority', 'delay'])
  })

  it('a task type that is empty, has control characters, is too long, a pattern or no text', () => {
    for (const type of ['', 'a\tb', 'x'.repeat(201), 'order.*', undefined, 7, null]) {
      const { faults } = checkOptions(type as string, {}, context)
      expect(faults.map(({ field }) => field)).toEqual(['taskType'])
    }
  })

  it('every fault of a recurring schedule, with its field', () => {
    const daily = {
      type: 'DAILY',
      regularInterval: 0,
      atTimes: [{ hour: 24, minute: 0 }],
      timezone: 'Mars/Base',
    }
    expect(fieldsOf({ schedule: daily }).toSorted()).toEqual([
      'schedule.atTimes[0].hour',
      'schedule.regularInterval',
      'schedule.timezone',
    ])
    expect(fieldsOf({ schedule: { type: 'CRON', cronExpr: '61 * * * *' } })).toEqual(['schedule.cronExpr'])
    expect(fieldsOf({ schedule: { type: 'CRON', cronExpr: '0 0 31 2 *' } })).toEqual(['schedule.cronExpr'])
    expect(fieldsOf({ schedule: { type: 'HOURLY' } })).toEqual(['schedule.type'])
    expect(fieldsOf({ delay: 1, schedule: { type: 'DURATION', interval: 1 } })).toEqual(['schedule'])
  })

  it('headers beyond the limit, counting bytes', () => {
    const limits = { ...defaultSizeLimits, headers: 10 }
    const fits = checkOptions('t', { headers: { abcd: 'äöü' } }, { limits, now: NOW })
    expect(fits.faults).toEqual([])
    const { faults, tooLarge } = checkOptions('t', { headers: { abcde: 'äöü' } }, { limits, now: NOW })
    expect(faults).toEqual([expect.objectContaining({ field: 'headers', limit: 10 })])
    expect(tooLarge).toMatchObject({ sizeBytes: 11, limitBytes: 10 })
  })
})
