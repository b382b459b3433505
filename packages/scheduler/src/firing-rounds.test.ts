import { createCaller, createDeferred, type Loop } from '@dureq/runtime'
import { createVirtualClock, type VirtualClock } from '@dureq/store-testing'
import {
  type DueReply,
  defaultSettings,
  type FireRequest,
  type Logger,
  type SchedulerSetting,
  type SchedulesRole,
  type SettingsRole,
  type Store,
  type StoredSchedule,
  silentLogger,
} from '@dureq/types'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createFiringRounds } from './firing-rounds.ts'

/** The clock of the store is an hour ahead of the one of the process. */
const AHEAD = 3_600_000

/** Schedules as a store keeps them, without jobs. */
class Schedules {
  readonly clock: VirtualClock = createVirtualClock({ start: 0 })
  readonly entries = new Map<string, StoredSchedule>()
  readonly fired: { readonly jobId: string; readonly at: number }[] = []
  readonly limits: number[] = []
  readonly errors: string[] = []
  /** What comes before the next `fire`. */
  before: (() => unknown) | undefined

  readonly role: Pick<SchedulesRole, 'due' | 'fire'> = {
    due: async (limit) => this.#due(limit),
    fire: async (_, plans) => {
      const { before } = this
      this.before = undefined
      await before?.()
      return { outcomes: plans.map((plan) => ({ kind: this.#fire(plan) }) as const), ended: [] } as Awaited<
        ReturnType<SchedulesRole['fire']>
      >
    },
  }

  scheduler: SchedulerSetting = {}
  settingsRead = 0

  readonly settings: Pick<SettingsRole, 'get'> = {
    get: async () => {
      this.settingsRead++
      return { version: 1, settings: { ...defaultSettings, scheduler: this.scheduler } }
    },
  }

  get now(): number {
    return this.clock.now() + AHEAD
  }

  add(jobId: string, interval: number): void {
    const next = this.now + interval
    this.entries.set(jobId, {
      jobId,
      taskType: 't',
      schedule: { type: 'DURATION', interval, catchupWindow: 60_000 },
      anchorAt: this.now,
      version: 1,
      next: { nextRunAt: next, dueAt: next },
      createdAt: this.now,
      status: 'scheduled',
      pausedSpans: [],
      unfinished: [],
      skips: [],
      skippedTimes: 0,
    })
  }

  /** Lets time pass, and before and after it what is ready. */
  async pass(ms: number): Promise<void> {
    await turns()
    await this.clock.advanceBy(ms)
    await turns()
  }

  start(): Loop {
    const logger: Logger = { ...silentLogger, error: (_, message) => void this.errors.push(message) }
    const rounds = createFiringRounds({
      store: { schedules: this.role, settings: this.settings } as unknown as Store,
      nodeId: 'n',
      clock: this.clock,
      random: () => 1,
      logger,
      caller: createCaller(),
      onEnded: () => {},
    })
    rounds.start()
    onTestFinished(() => rounds.stop())
    return rounds
  }

  #due(limit: number): DueReply {
    this.limits.push(limit)
    const dueAtOf = ({ next }: StoredSchedule): number => next?.dueAt ?? Number.POSITIVE_INFINITY
    const waiting = [...this.entries.values()].sort((a, b) => dueAtOf(a) - dueAtOf(b))
    const entries = waiting.filter((entry) => dueAtOf(entry) <= this.now).slice(0, limit)
    const rest = waiting[entries.length]
    return { entries, now: this.now, ...(rest !== undefined && { nextAt: dueAtOf(rest) }) }
  }

  #fire({ jobId, version, times, next, lastFiredAt }: FireRequest): 'fired' | 'stale' {
    const entry = this.entries.get(jobId) as StoredSchedule
    if (entry.version !== version) return 'stale'
    const { next: _, ...rest } = entry
    this.entries.set(jobId, {
      ...rest,
      version: version + 1,
      lastFiredAt,
      ...(next !== undefined && { next }),
    })
    for (const { at } of times) this.fired.push({ jobId, at: at - AHEAD })
    return 'fired'
  }
}

async function turns(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
}

describe('the rounds of a leader', () => {
  it('fire when something is due, and look at least every 5 s', async () => {
    const schedules = new Schedules()
    schedules.add('a', 12_000)
    schedules.start()
    await schedules.pass(24_000)
    expect(schedules.fired).toEqual([
      { jobId: 'a', at: 12_000 },
      { jobId: 'a', at: 24_000 },
    ])
    // At 0, 5, 10, 12, 17, 22 and 24 s.
    expect(schedules.limits).toHaveLength(7)
  })

  it('fire all of what is due at once, however much it is', async () => {
    const schedules = new Schedules()
    for (let i = 0; i < 1_300; i++) schedules.add(`j${i}`, 1_000)
    schedules.start()
    await schedules.pass(1_000)
    expect(schedules.fired).toHaveLength(1_300)
    expect(new Set(schedules.fired.map(({ at }) => at))).toEqual(new Set([1_000]))
  })

  it('are woken for what is new', async () => {
    const schedules = new Schedules()
    const rounds = schedules.start()
    await schedules.pass(100)
    schedules.add('a', 1_000)
    rounds.wake()
    await schedules.pass(1_000)
    expect(schedules.fired).toEqual([{ jobId: 'a', at: 1_100 }])
  })

  it('plan anew what was changed by another', async () => {
    const schedules = new Schedules()
    schedules.add('a', 1_000)
    schedules.before = () => {
      const entry = schedules.entries.get('a') as StoredSchedule
      schedules.entries.set('a', { ...entry, version: 7 })
    }
    schedules.start()
    await schedules.pass(1_000)
    expect(schedules.fired).toEqual([{ jobId: 'a', at: 1_000 }])
    expect(schedules.entries.get('a')?.version).toBe(8)
  })

  it('leave out what cannot be computed, say so once, and give it nobody else’s turn', async () => {
    const schedules = new Schedules()
    for (let i = 0; i < 600; i++) {
      schedules.add(`broken${i}`, 500)
      const entry = schedules.entries.get(`broken${i}`) as StoredSchedule
      const schedule = { type: 'CRON', cronExpr: '0 9 * * *', timezone: 'Gone/Zone' } as const
      schedules.entries.set(`broken${i}`, { ...entry, schedule })
    }
    schedules.add('good', 1_000)
    schedules.start()
    await schedules.pass(3_000)
    expect(schedules.fired.map(({ at }) => at)).toEqual([1_000, 2_000, 3_000])
    expect(schedules.errors).toHaveLength(600)
  })

  it('stop between two pieces', async () => {
    const schedules = new Schedules()
    for (let i = 0; i < 600; i++) schedules.add(`j${i}`, 1_000)
    const rounds = schedules.start()
    const firing = createDeferred<void>()
    const proceed = createDeferred<void>()
    schedules.before = () => {
      firing.resolve()
      return proceed.promise
    }
    const passed = schedules.pass(1_000)
    await firing.promise
    const stopped = rounds.stop()
    proceed.resolve()
    await Promise.all([stopped, passed])
    expect(schedules.fired).toHaveLength(250)
  })

  it('are as far apart as operators want, and fire together what is due meanwhile', async () => {
    const schedules = new Schedules()
    schedules.scheduler = { tickIntervalMs: 3_000 }
    schedules.add('a', 1_000)
    const rounds = schedules.start()
    await schedules.pass(1_500)
    rounds.wake()
    await schedules.pass(1_400)
    expect(schedules.fired).toEqual([])
    await schedules.pass(200)
    expect(schedules.fired.map(({ at }) => at)).toEqual([1_000, 2_000, 3_000])
  })

  it('follow the settings within two seconds, and do not read them more often', async () => {
    const schedules = new Schedules()
    schedules.add('a', 100)
    schedules.start()
    await schedules.pass(10_000)
    expect(schedules.settingsRead).toBeLessThanOrEqual(6)
    schedules.scheduler = { tickIntervalMs: 60_000 }
    await schedules.pass(2_000)
    const fired = schedules.fired.length
    await schedules.pass(5_000)
    expect(schedules.fired).toHaveLength(fired)
  })

  it('catch up with as much at once as operators say, unless the schedule does', async () => {
    const schedules = new Schedules()
    schedules.scheduler = { maxBackfillPerTick: 3 }
    schedules.add('a', 1_000)
    await schedules.clock.advanceBy(8_500)
    schedules.start()
    await turns()
    expect(schedules.fired.map(({ at }) => at)).toEqual([1_000, 2_000, 3_000])
  })
})
