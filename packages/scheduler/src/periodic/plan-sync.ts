import { isDeepStrictEqual } from 'node:util'
import type { KnownTask } from './known-tasks.ts'
import type { WantedTask, WantedTasks } from './wanted-tasks.ts'

/** What has to be done so that the store has the tasks that are listed. */
export type SyncStep =
  | { readonly do: 'add'; readonly task: WantedTask }
  | { readonly do: 'reschedule' | 'replacePayload'; readonly jobId: string; readonly task: WantedTask }
  /** Its task type has changed: that is another job. */
  | { readonly do: 'replace'; readonly jobId: string; readonly task: WantedTask }
  | { readonly do: 'remove'; readonly jobId: string; readonly key: string }

/** Compares what is listed with what is there. What is there under the key of a faulty task stays. */
export function planSync(
  { tasks, faultyKeys }: WantedTasks,
  known: readonly KnownTask[],
): readonly SyncStep[] {
  const wanted = new Map(tasks.map((task) => [task.key, task]))
  const there = new Map(known.map((task) => [task.key, task]))
  const gone = known.filter(({ key, isEnding }) => !wanted.has(key) && !faultyKeys.has(key) && !isEnding)
  return [
    ...gone.map(({ jobId, key }) => ({ do: 'remove', jobId, key }) as const),
    ...tasks.flatMap((task) => stepsFor(task, there.get(task.key))),
  ]
}

function stepsFor(task: WantedTask, known: KnownTask | undefined): readonly SyncStep[] {
  if (known === undefined) return [{ do: 'add', task }]
  // It holds the key until its last firing has ended; the task is added after that.
  if (known.isEnding) return []
  const { jobId } = known
  if (known.taskType !== task.taskType) return [{ do: 'replace', jobId, task }]
  const steps: SyncStep[] = []
  if (!isDeepStrictEqual(known.payload, task.payload)) steps.push({ do: 'replacePayload', jobId, task })
  if (known.cronExpr !== task.cronExpr) steps.push({ do: 'reschedule', jobId, task })
  return steps
}
