import { createLoop, type Loop } from '@dureq/runtime'
import {
  type DueReply,
  type FireRequest,
  InvalidScheduleError,
  type SchedulerSetting,
  type StoredSchedule,
} from '@dureq/types'
import { piecesOf } from './pieces.ts'
import { planFirings } from './plan-firings.ts'
import { createSchedulerConfig, type SchedulerConfig } from './scheduler-config.ts'
import type { SchedulerTools } from './scheduler-tools.ts'

/** Schedules one round takes on. */
const MOST_SCHEDULES = 500

/** The most a store gives at once. */
const MOST_DUE = 1_000

/** Somebody looks again within this time, whatever was missed. */
const LOOK_AGAIN_MS = 5_000

/**
 * The rounds of a leader: asks for what is due, plans it, has it fired, and rests until the next schedule is due, or
 * until it is woken because one has become due earlier. Rounds follow at once while more is due.
 */
export function createFiringRounds(tools: SchedulerTools): Loop {
  const { clock, random, logger } = tools
  const rounds = new FiringRounds(tools)
  return createLoop({ clock, random, logger, round: (signal) => rounds.round(signal) })
}

class FiringRounds {
  readonly #tools: SchedulerTools
  /** Schedules that cannot be computed here, by the version that was complained about. */
  readonly #broken = new Map<string, number>()

  readonly #config: SchedulerConfig
  /** When the last round asked for what is due. */
  #askedAt = Number.NEGATIVE_INFINITY

  constructor(tools: SchedulerTools) {
    this.#tools = tools
    this.#config = createSchedulerConfig(tools)
  }

  async round(signal: AbortSignal): Promise<number> {
    const { store, clock } = this.#tools
    const config = await this.#config.current()
    const tooEarly = this.#askedAt + (config.tickIntervalMs ?? 0) - clock.now()
    if (tooEarly > 0) return tooEarly
    this.#askedAt = clock.now()
    // What cannot be computed stays due, and must not keep others from their turn.
    const limit = Math.min(MOST_DUE, MOST_SCHEDULES + this.#broken.size)
    const reply = await store.schedules.due(limit)
    const answeredAt = clock.now()
    const plans = this.#plan(reply, config)
    const isCurrent = await this.#fire(plans, signal)
    if (!isCurrent) return 0
    return restAfter(plans, reply, clock.now() - answeredAt)
  }

  #plan({ entries, now }: DueReply, { maxBackfillPerTick }: SchedulerSetting): readonly FireRequest[] {
    const plans: FireRequest[] = []
    const broken = new Map(this.#broken)
    this.#broken.clear()
    for (const entry of entries) {
      try {
        const plan = planFirings(withBackfill(entry, maxBackfillPerTick), now)
        if (plan !== undefined) plans.push(plan)
      } catch (error) {
        if (!InvalidScheduleError.is(error)) throw error
        this.#complain(entry, broken, error)
      }
    }
    return plans
  }

  #complain({ jobId, version }: StoredSchedule, before: Map<string, number>, error: unknown): void {
    this.#broken.set(jobId, version)
    if (before.get(jobId) === version) return
    this.#tools.logger.error({ err: error, jobId }, 'a schedule cannot be computed and does not fire')
  }

  /** Whether every plan was carried out, or has nothing left to carry out. */
  async #fire(plans: readonly FireRequest[], signal: AbortSignal): Promise<boolean> {
    const { store, caller, logger, onEnded } = this.#tools
    let isCurrent = true
    for (const piece of piecesOf(plans)) {
      if (signal.aborted) return true
      const { outcomes, ended } = await caller.call((key) => store.schedules.fire(key, piece))
      onEnded(ended)
      if (outcomes.some(({ kind }) => kind === 'stale')) isCurrent = false
      logger.debug({ schedules: piece.length }, 'fired')
    }
    return isCurrent
  }
}

/** A schedule that does not say how much it catches up with at once does what operators say. */
function withBackfill(entry: StoredSchedule, maxBackfillPerTick: number | undefined): StoredSchedule {
  if (maxBackfillPerTick === undefined) return entry
  return { ...entry, schedule: { maxBackfillPerTick, ...entry.schedule } }
}

/** How long nothing will be due, counted from `passedMs` after the reply. */
function restAfter(plans: readonly FireRequest[], { now, nextAt }: DueReply, passedMs: number): number {
  let dueAt = nextAt ?? Number.POSITIVE_INFINITY
  for (const { next } of plans) if (next !== undefined) dueAt = Math.min(dueAt, next.dueAt)
  return Math.min(LOOK_AGAIN_MS, Math.max(0, dueAt - now - passedMs))
}
