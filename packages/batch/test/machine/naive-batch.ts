import type { Script } from './random-batch.ts'

/** What a batch that nobody disturbs must come to. */
export interface Expected {
  readonly status: 'completed' | 'failed'
  readonly completed: number
  readonly failed: number
  /** By attempt, 1 for the first: the tasks dispatched in it. */
  readonly dispatched: ReadonlyMap<number, ReadonlySet<string>>
}

/** Failures of each task that are still to come. */
type Failures = Map<string, number>

/** Carries a batch that goes on after errors out as a plain loop; shares no code with what it checks. */
export function runNaively({ definition, failures }: Script): Expected {
  const left: Failures = new Map(failures)
  const all = definition.items.map((_, place) => String(place))
  const dispatched = new Map<number, Set<string>>()
  let missing = all
  let prepared = definition.onetimeTaskType === undefined || all.length === 0
  for (let attempt = 1; attempt <= (definition.retryPolicy?.maxAttempts ?? 1); attempt++) {
    const tasks = new Set<string>()
    if (!prepared) {
      tasks.add('onetime')
      prepared = succeeds(left, 'onetime')
    }
    if (prepared) {
      for (const place of missing) tasks.add(place)
      missing = missing.filter((place) => !succeeds(left, place))
    }
    if (tasks.size > 0) dispatched.set(attempt, tasks)
    if (prepared && missing.length === 0) break
  }
  const failed = prepared ? missing.length : 0
  const completed = prepared ? all.length - failed : 0
  return { status: completed === all.length ? 'completed' : 'failed', completed, failed, dispatched }
}

function succeeds(left: Failures, task: string): boolean {
  const failures = left.get(task) ?? 0
  left.set(task, Math.max(0, failures - 1))
  return failures === 0
}
