import type { JsonText } from '@dureq/types'
import { dependantsOf } from './dependencies.ts'
import { type Draft, demand } from './draft.ts'
import { tasksIn } from './marked.ts'
import { outputOf } from './payload.ts'
import { wantTasks } from './tasks.ts'

/** Tasks looked at together: few, since mostly the last one has an output. */
const CHUNK = 16

/** What the workflow has come to: the output of the last task that nothing depends on and that has one. */
export function outputOfWorkflow(draft: Draft): JsonText | undefined {
  const candidates = [
    ...draft.known.graph.leaves,
    ...(draft.state.added === 0 ? [] : tasksIn(draft, 'added')),
  ]
  for (let until = candidates.length; until > 0; until -= CHUNK) {
    const output = lastOutput(draft, candidates.slice(Math.max(0, until - CHUNK), until))
    if (output !== undefined) return output
  }
  return undefined
}

function lastOutput(draft: Draft, names: readonly string[]): JsonText | undefined {
  wantTasks(draft, names)
  demand(draft)
  for (const name of names.toReversed()) {
    if (dependantsOf(draft, name).length > 0) continue
    const output = outputOf(draft, name)
    // One at a time: outputs may be large, and the next is rarely needed.
    demand(draft)
    if (output !== undefined) return output
  }
  return undefined
}
