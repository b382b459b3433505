import type { Dice } from '../world/dice.ts'

/** What one attempt of a handler does. `hang` ignores that it is told to end; `slow` takes longer than a lease. */
export type Act = 'ok' | 'slow' | 'fail' | 'fatal' | 'skip' | 'repeat' | 'pause' | 'hang' | 'steps'

/** What the attempts of a job do, in order; the last act is that of all further ones. */
export type Plan = readonly Act[]

/** The payload of every job of the world. */
export interface PlannedPayload {
  readonly plan: Plan
}

const acts: readonly Act[] = ['fail', 'fail', 'slow', 'repeat', 'pause', 'hang', 'steps']
const ends: readonly Act[] = ['ok', 'ok', 'ok', 'ok', 'steps', 'slow', 'skip', 'fail', 'fatal']

/** A plan for a job. */
export function drawPlan(dice: Dice): Plan {
  const before = dice.chance(0.3) ? Array.from({ length: dice.between(1, 2) }, () => dice.pick(acts)) : []
  return [...before, dice.pick(ends)]
}

/** What an execution does, by how many its firing had before. */
export function actOf({ plan }: PlannedPayload, executions: number): Act {
  return plan[Math.min(executions, plan.length - 1)] ?? 'ok'
}
