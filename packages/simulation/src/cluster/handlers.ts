import {
  type HandlerFunc,
  type JobContext,
  type JsonValue,
  NonRetryableError,
  PauseError,
  RepeatError,
  SkipError,
} from '@dureq/types'
import type { Machine } from '../world/machine.ts'
import { type Act, actOf, type PlannedPayload } from './plan.ts'

/** One execution of a handler, as the world saw it. */
export interface Executed {
  readonly runId: string
  readonly firingId: string
  readonly jobId: string
  readonly machine: string
  readonly act: Act
}

/** What handlers need. */
export interface HandlerOptions {
  readonly machine: Machine
  /** Told when an execution begins. */
  readonly onExecuted: (executed: Executed) => void
  /** Told what a step has returned, each time it was asked for. */
  readonly onStep: (firingId: string, name: string, result: JsonValue) => void
}

const SLOW_MS = 9_000
const HANGS_MS = 30_000

/** Does what the plan of its job says. */
export function createPlannedHandler({ machine, onExecuted, onStep }: HandlerOptions): HandlerFunc<unknown> {
  const { clock } = machine
  const perform = async (act: Act, ctx: JobContext): Promise<JsonValue> => {
    switch (act) {
      case 'ok':
        return 'done'
      case 'slow':
        await clock.sleep(SLOW_MS, ctx.signal)
        return 'done'
      case 'hang':
        await clock.sleep(HANGS_MS)
        return 'late'
      case 'fail':
        throw new Error('planned')
      case 'fatal':
        throw new NonRetryableError('planned')
      case 'skip':
        throw new SkipError('planned')
      case 'repeat':
        throw new RepeatError({ delay: 50 })
      case 'pause':
        throw new PauseError('planned', { retryAfter: 2_000 })
      case 'steps':
        return await takeSteps(ctx)
    }
  }
  const takeSteps = async (ctx: JobContext): Promise<JsonValue> => {
    for (const name of ['first', 'second']) {
      const result = await ctx.step(name, async () => {
        await clock.sleep(300, ctx.signal)
        return `${name} by ${ctx.runId}`
      })
      onStep(ctx.firingId, name, result)
    }
    return 'done'
  }
  return async (payload, ctx) => {
    const act = actOf(payload as PlannedPayload, executionsBefore(ctx))
    onExecuted({ runId: ctx.runId, firingId: ctx.firingId, jobId: ctx.jobId, machine: machine.name, act })
    return await perform(act, ctx)
  }
}

/** Run ids count executions. */
function executionsBefore({ runId }: JobContext): number {
  return Number(runId.slice(runId.lastIndexOf('-') + 1)) - 1
}
