import { type HookName, type HookPart, hookPartName, hookTaskName } from '@dureq/dag'
import { type InstanceEvent, parseDuration } from '@dureq/types'
import { type Draft, storedHook } from './draft.ts'
import { jobOf } from './job.ts'

/** Enqueues the job of a hook; says whether the definition has one. */
export function runHook(draft: Draft, hook: HookName): boolean {
  const definition = draft.known.graph.definition.hooks?.[hook]
  if (definition === undefined) return false
  const { taskType, payload, timeout } = definition
  const job = jobOf(draft, { task: hookTaskName(hook), taskType, payload: JSON.stringify(payload ?? null) })
  draft.enqueue.push(timeout === undefined ? job : { ...job, timeoutMs: parseDuration(timeout) })
  draft.hooks.set(hook, { status: 'running', jobId: job.id, startedAt: draft.tools.now })
  tellHook(draft, 'workflow.hook.dispatched', { jobId: job.id, taskType })
  return true
}

/** What the end of a hook's job says of it. */
export type HookEnd = Pick<HookPart, 'error'> & { readonly status: 'completed' | 'failed' | 'cancelled' }

/** Notes how a hook has ended, which changes nothing for the workflow; says whether it was the present job of it. */
export function endHook(draft: Draft, hook: HookName, end: HookEnd & { readonly jobId: string }): boolean {
  const part = hookPart(draft, hook)
  if (part?.status !== 'running' || part.jobId !== end.jobId) return false
  draft.hooks.set(hook, { ...part, ...end, finishedAt: draft.tools.now })
  const taskType = draft.known.graph.definition.hooks?.[hook]?.taskType
  tellHook(draft, end.status === 'completed' ? 'workflow.hook.completed' : 'workflow.hook.failed', {
    jobId: part.jobId,
    ...(taskType !== undefined && { taskType }),
    ...(end.error !== undefined && { error: end.error }),
  })
  return true
}

/** The workflow ends before its first task: `onInit` need not run to its end. */
export function cancelInit(draft: Draft, reason: string): void {
  const part = hookPart(draft, 'onInit')
  if (part?.status === 'running') draft.cancel.push({ id: part.jobId, reason })
}

/** A hook as it is now; null when it has not run, or is not loaded: then it is noted as missing. */
export function hookPart(draft: Draft, hook: HookName): HookPart | null {
  const part = draft.hooks.get(hook) ?? storedHook(draft, hook)
  if (part === undefined) draft.missing.parts.add(hookPartName(hook))
  return part ?? null
}

function tellHook(draft: Draft, type: InstanceEvent['type'], rest: Omit<InstanceEvent, 'type'>): void {
  draft.events.push({ type, ...rest })
}
