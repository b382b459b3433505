import type { BatchDefinition, WorkflowDefinition, WorkflowTask } from '@dureq/types'
import { drawPlan, type Plan } from '../cluster/plan.ts'
import type { Dice } from '../world/dice.ts'

const ok: Plan = ['ok']

/** A workflow: a few tasks in layers, now and then a child, a wait for a signal, or one that may fail. */
export function drawWorkflow(dice: Dice, depth: number = 0): WorkflowDefinition {
  const count = dice.between(1, 6)
  const tasks: WorkflowTask[] = []
  for (let i = 0; i < count; i++) {
    const dependsOn = tasks.filter(() => dice.chance(0.4)).map(({ name }) => name)
    const base = { name: `t${i}`, dependsOn, ...(dice.chance(0.2) && { allowFailure: true }) }
    if (depth < 2 && dice.chance(0.15))
      tasks.push({ ...base, childWorkflowDef: drawWorkflow(dice, depth + 1) })
    else if (dice.chance(0.15)) tasks.push({ ...base, type: 'wait', timeout: dice.between(100, 20_000) })
    else
      tasks.push({
        ...base,
        taskType: dice.pick(['a', 'b', 'c']),
        payload: { plan: dice.chance(0.6) ? [...ok] : [...drawPlan(dice)] },
      })
  }
  return {
    name: `w${depth}`,
    tasks,
    ...(dice.chance(0.3) && { retryPolicy: { maxAttempts: 2, initialDelay: 500 } }),
    ...(dice.chance(0.2) && { executionTimeout: dice.between(5_000, 60_000) }),
  }
}

/** A batch of a few items. */
export function drawBatch(dice: Dice): BatchDefinition {
  const items = Array.from({ length: dice.between(0, 25) }, (_, i) => ({
    id: `i${i}`,
    payload: { plan: dice.chance(0.8) ? [...ok] : [...drawPlan(dice)] },
  }))
  return {
    name: 'many',
    itemTaskType: dice.pick(['a', 'b']),
    items,
    chunkSize: dice.between(1, 10),
    failurePolicy: dice.pick(['fail_fast', 'continue_on_error']),
    ...(dice.chance(0.3) && { onetimeTaskType: 'a', onetimePayload: { plan: [...ok] } }),
    ...(dice.chance(0.3) && { itemConcurrencyKeys: [{ key: 'tenant-1', maxConcurrency: KEY_LIMIT }] }),
  }
}

/** The limit of every concurrency key of the world: it is never changed. */
export const KEY_LIMIT = 2
