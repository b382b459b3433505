import { dependantsOf } from './dependencies.ts'
import { type Draft, demand } from './draft.ts'
import { resetTasks } from './reset.ts'
import { taskFacts, wantTasks } from './tasks.ts'

/** Begins the next round of loops nothing of whose round is ready or under way. Says whether one began. */
export function beginRounds(draft: Draft): boolean {
  let began = false
  for (const condition of inOrder(draft, draft.state.loops ?? [])) {
    // One of a round that has begun meanwhile has been reset with it.
    if (draft.state.loops?.includes(condition) !== true) continue
    const round = roundOf(draft, condition)
    if (!isQuiet(draft, condition, round)) continue
    resetTasks(draft, round, targetOf(draft, condition))
    began = true
  }
  return began
}

/** The order they chose in must not matter, so that the outcome depends on no timing. */
function inOrder(draft: Draft, names: readonly string[]): readonly string[] {
  return [...names].sort((a, b) => taskFacts(draft, a).place - taskFacts(draft, b).place)
}

/** The target of the route a condition chose, everything that depends on it but through the condition, and the condition. */
function roundOf(draft: Draft, condition: string): ReadonlySet<string> {
  const target = targetOf(draft, condition)
  const round = new Set([target, condition])
  const next = [target]
  for (let name = next.pop(); name !== undefined; name = next.pop()) {
    if (name === condition) continue
    for (const dependant of dependantsOf(draft, name)) {
      if (!round.has(dependant)) next.push(dependant)
      round.add(dependant)
    }
  }
  wantTasks(draft, round)
  demand(draft)
  return round
}

/** A condition inside that has chosen a round of its own goes first, unless this one is part of that round. */
function isQuiet(draft: Draft, condition: string, round: ReadonlySet<string>): boolean {
  for (const name of round) {
    const { part } = taskFacts(draft, name)
    if (part.status === 'running' || part.ready) return false
    if (name !== condition && part.looping && !roundOf(draft, name).has(condition)) return false
  }
  return true
}

function targetOf(draft: Draft, condition: string): string {
  const { task, part } = taskFacts(draft, condition)
  const target = 'conditionRoutes' in task ? task.conditionRoutes?.[part.route ?? -1] : undefined
  if (target === undefined) throw new Error(`task "${condition}" has chosen no route`)
  return target
}
