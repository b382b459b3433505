import type { TaskPart } from '@dureq/dag'
import { type JsonText, parseDuration, type WaitTask, type WorkflowTask } from '@dureq/types'
import { createChild } from './child.ts'
import { completeTask } from './complete-task.ts'
import { type Draft, demand } from './draft.ts'
import { failTask } from './fail-task.ts'
import { jobOf } from './job.ts'
import { tasksIn } from './marked.ts'
import { lasting } from './parts.ts'
import { payloadOf, unmetOf, wantOutputs } from './payload.ts'
import { giveSignal, nextSignal, waitTimer } from './signals.ts'
import { setTask, taskFacts } from './tasks.ts'
import { tellTask } from './tell.ts'

/** Begins what is ready, the most urgent first, as far as the budget goes. Says whether anything began. */
export function dispatchReady(draft: Draft): boolean {
  if (draft.state.ready === 0) return false
  if (draft.budget === 0) {
    draft.more = true
    return false
  }
  const names = tasksIn(draft, 'ready', draft.budget)
  loadFor(draft, names)
  for (const name of names) {
    if (draft.state.phase !== 'tasks') return true
    if (!dispatchTask(draft, name)) {
      draft.more = true
      return false
    }
    draft.budget--
  }
  return true
}

/** Everything that dispatching these reads, at once. */
function loadFor(draft: Draft, names: readonly string[]): void {
  for (const name of names) wantOutputs(draft, taskFacts(draft, name).task)
  for (const name of signalsOf(draft, names))
    if (draft.known.signals.get(name) === undefined) draft.missing.signals.add(name)
  demand(draft)
}

function signalsOf(draft: Draft, names: readonly string[]): readonly string[] {
  const tasks = names.map((name) => taskFacts(draft, name).task)
  return tasks.flatMap((task) => (task.type === 'wait' && task.signal !== undefined ? [task.signal] : []))
}

/** Says whether it was possible: not for a wait of whose signals more may be pending than were looked at. */
function dispatchTask(draft: Draft, name: string): boolean {
  const { task } = taskFacts(draft, name)
  const unmet = unmetOf(draft, task)
  if (unmet !== undefined) completeTask(draft, name, { skipped: unmet })
  else if (task.type === 'wait') return beginWait(draft, name, task)
  else beginWork(draft, name, task)
  return true
}

function beginWork(draft: Draft, name: string, task: Exclude<WorkflowTask, WaitTask>): void {
  const payload = payloadOf(draft, task)
  if (payload.kind === 'none') return failTask(draft, name, payload.error)
  if (task.childWorkflowDef !== undefined) return beginChild(draft, name, payload.text)
  const { taskType, concurrencyKeys } = task
  const job = jobOf(draft, { task: name, taskType, payload: payload.text ?? 'null', concurrencyKeys })
  draft.enqueue.push(job)
  begin(draft, name, { jobId: job.id })
}

function beginChild(draft: Draft, name: string, input: JsonText | undefined): void {
  const created = createChild(draft, name, input)
  if ('error' in created) return failTask(draft, name, created.error)
  begin(draft, name, { childId: created.id })
}

function beginWait(draft: Draft, name: string, task: WaitTask): boolean {
  const { signal } = task
  const pending = signal === undefined ? undefined : nextSignal(draft, signal)
  if (pending === 'unknown') return false
  if (pending !== undefined) {
    begin(draft, name, {})
    giveSignal(draft, name, pending)
    return true
  }
  const timeout =
    task.timeout ?? (signal === undefined ? undefined : draft.known.graph.definition.signalTimeout)
  const until = timeout === undefined ? undefined : draft.tools.now + parseDuration(timeout)
  if (until !== undefined) draft.timers.set(waitTimer(name), until)
  begin(draft, name, until === undefined ? {} : { until })
  return true
}

/** A task is under way from now on. */
function begin(draft: Draft, name: string, by: Pick<TaskPart, 'jobId' | 'childId' | 'until'>): void {
  const { part } = taskFacts(draft, name)
  const begun = Object.assign(lasting(part), by)
  begun.status = 'running'
  begun.startedAt = draft.tools.now
  setTask(draft, name, begun)
  tellTask(draft, name, 'workflow.task.dispatched')
}
