import type { CallKey, FireRequest, LeasedRun, RunOutcome, Store, StoredSchedule } from '@dureq/types'
import { StoreUnavailableError } from '@dureq/types'
import { expect } from 'vitest'
import type { TimedBench } from '../bench.ts'
import type { Fault } from '../faults/fault-plan.ts'
import { withFaults } from '../faults/with-faults.ts'
import { add, advanceAll, claim, command, settle } from '../fixtures/acts.ts'
import { died, failed, paused, succeeded } from '../fixtures/outcomes.ts'
import { change, scheduleOf } from '../fixtures/schedules.ts'
import { SCHEDULERS, type ScheduleHistory, type ScheduleOperation } from './schedule-operations.ts'
import { nextAfter, planDuration, skipUpTo } from './schedule-planner.ts'

/** No history lasts longer: a job keeps 100 firings of a kind, and the shortest interval is 700 ms. */
const LONGEST_MS = 50_000

/** Most firings `BUFFER_ALL` holds in these histories. */
const BUFFER_LIMIT = 2

/** A stretch of time in which a job had one interval: firing times count from `from`, the last is not after `until`. */
export interface Era {
  readonly from: number
  readonly interval: number
  readonly until: number
}

/** A recurring job of a history, and the firing times it should have had. */
export interface PlayedJob {
  readonly id: string
  readonly eras: Era[]
}

/** What a scheduler has planned, and the key it sends that under. */
interface Planned {
  readonly key: CallKey
  readonly plans: readonly FireRequest[]
}

/** Plays a history of schedules against a store. */
export class SchedulePlay {
  readonly jobs: PlayedJob[] = []
  readonly #bench: TimedBench
  readonly #faulty: Store
  readonly #planned: (Planned | undefined)[] = Array.from({ length: SCHEDULERS }, () => undefined)
  #fault: Fault = { kind: 'none' }
  #passedMs = 0

  constructor(bench: TimedBench) {
    this.#bench = bench
    this.#faulty = withFaults(bench.store, { plan: { next: () => this.#fault }, clock: bench.clock })
  }

  /** Enqueues the recurring jobs. */
  async begin({ jobs }: ScheduleHistory): Promise<void> {
    for (const { policy, interval, catchesUp } of jobs) {
      const now = this.#bench.clock.now()
      const schedule = {
        type: 'DURATION',
        interval,
        overlapPolicy: policy,
        bufferLimit: BUFFER_LIMIT,
        ...(catchesUp && { catchupWindow: 3_600_000 }),
      } as const
      const id = await add(this.#bench, {
        recurrence: { schedule, anchorAt: now, next: nextAfter(now, interval) },
      })
      this.jobs.push({ id, eras: [{ from: now, interval, until: Number.POSITIVE_INFINITY }] })
    }
  }

  async play(operation: ScheduleOperation): Promise<void> {
    switch (operation.do) {
      case 'plan':
        return this.#plan(operation.scheduler)
      case 'fire':
        return this.#fire(operation.scheduler, operation.fault)
      case 'repeat':
        return this.#fire(operation.scheduler, { kind: 'none' })
      case 'pass':
        return this.#pass(operation.ms)
      case 'order':
        return this.#order(operation.verb, this.#job(operation.job))
      case 'update':
        return this.#update(this.#job(operation.job), operation.interval)
      case 'work':
        return this.#work(operation.limit, operation.end)
      case 'advance':
        await advanceAll(this.#bench)
    }
  }

  /** A scheduler that outlives all others fires what is left; and all work is done. */
  async end(): Promise<void> {
    for (const { id } of this.jobs) await command(this.#bench, { verb: 'resume', id })
    await this.#bench.clock.advanceBy(10_000)
    await this.#fireAll()
    for (;;) {
      await advanceAll(this.#bench)
      const leases = await claim(this.#bench)
      if (leases.length === 0) return
      for (const lease of leases) await settle(this.#bench, succeeded(lease))
    }
  }

  async #pass(ms: number): Promise<void> {
    if (this.#passedMs + ms > LONGEST_MS) return
    this.#passedMs += ms
    await this.#bench.clock.advanceBy(ms)
  }

  #job(number: number): PlayedJob {
    return this.jobs[number] as PlayedJob
  }

  async #plan(scheduler: number): Promise<void> {
    const { entries, now } = await this.#bench.store.schedules.due(100)
    const plans = entries.flatMap((entry) => planDuration(entry, now) ?? [])
    this.#planned[scheduler] = { key: this.#bench.calls.lane(scheduler + 1).next(), plans }
  }

  async #fire(scheduler: number, fault: Fault): Promise<void> {
    const planned = this.#planned[scheduler]
    if (planned === undefined) return
    this.#fault = fault
    await this.#faulty.schedules.fire(planned.key, planned.plans).catch((error: unknown) => {
      if (!StoreUnavailableError.is(error)) throw error
    })
    this.#fault = { kind: 'none' }
  }

  async #fireAll(): Promise<void> {
    for (;;) {
      const { entries, now } = await this.#bench.store.schedules.due(100)
      const plans = entries.flatMap((entry) => planDuration(entry, now) ?? [])
      if (plans.length === 0) return
      const { outcomes } = await this.#bench.store.schedules.fire(this.#bench.calls.next(), plans)
      expect(outcomes.map(({ kind }) => kind)).toStrictEqual(plans.map(() => 'fired'))
    }
  }

  async #order(verb: 'pause' | 'resume' | 'trigger', { id }: PlayedJob): Promise<void> {
    if (verb === 'trigger') await change(this.#bench, { verb, jobId: id })
    else await command(this.#bench, { verb, id })
  }

  async #update(job: PlayedJob, interval: number): Promise<void> {
    const entry: StoredSchedule = await scheduleOf(this.#bench.store, job.id)
    const now = this.#bench.clock.now()
    const outcome = await change(this.#bench, {
      verb: 'update',
      jobId: job.id,
      version: entry.version,
      recurrence: {
        schedule: { ...entry.schedule, type: 'DURATION', interval },
        anchorAt: now,
        next: nextAfter(now, interval),
      },
      skips: skipUpTo(entry, now),
      lastFiredAt: now,
    })
    expect(outcome.kind).toBe('done')
    job.eras.push({ ...(job.eras.pop() as Era), until: now })
    job.eras.push({ from: now, interval, until: Number.POSITIVE_INFINITY })
  }

  async #work(limit: number, end: Extract<ScheduleOperation, { do: 'work' }>['end']): Promise<void> {
    for (const lease of await claim(this.#bench, { limit })) {
      if (end !== 'forget')
        await this.#bench.store.runs.settle(this.#bench.calls.next(), [outcomeOf(lease, end)])
    }
  }
}

function outcomeOf(lease: LeasedRun, end: 'succeed' | 'retry' | 'die' | 'pause'): RunOutcome {
  switch (end) {
    case 'succeed':
      return succeeded(lease)
    case 'retry':
      return failed(lease, 500)
    case 'die':
      return died(lease)
    case 'pause':
      return paused(lease, 1_000)
  }
}
