import { startDeadline } from './deadline.ts'
import type { Draft } from './draft.ts'
import { beginWithInit } from './init.ts'
import { decideTask } from './settle-task.ts'
import { wantTasks } from './tasks.ts'

/** The instance was created: its roots are ready, and begin once the hook `onInit`, if there is one, has ended. */
export function onStarted(draft: Draft): void {
  const { state, known } = draft
  if (state.phase !== 'init') return
  startDeadline(draft, known.head.createdAt)
  wantTasks(draft, known.graph.roots)
  for (const root of known.graph.roots) decideTask(draft, root)
  beginWithInit(draft)
}
