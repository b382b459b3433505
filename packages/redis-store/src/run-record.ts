import type { JsonText, RunRecord, RunStatus } from '@dureq/types'
import { jobIdOf, runIdOf } from '@dureq/types'
import type { NameOf } from './names.ts'
import type { StoredState } from './state.ts'

/** The run a state holds itself: the one going on, or the one that ended the job. */
export function presentRun(
  id: string,
  state: StoredState,
  nameOf: NameOf,
  progress: JsonText | undefined,
): RunRecord | undefined {
  const leased = state.letter === 'a' || state.letter === 'l'
  if (!leased && state.run === '') return undefined
  const startedAt = Number(state.startedAt)
  const base = {
    id: runIdOf(id, Number(state.n)),
    jobId: jobIdOf(id),
    nodeId: nameOf(state.node),
    startedAt,
    ...(state.beat === '' ? {} : { lastHeartbeatAt: Number(state.beat) }),
    ...(progress === undefined ? {} : { progress }),
  }
  if (leased) {
    return {
      ...base,
      status: state.letter === 'a' ? 'claimed' : 'running',
      attempt: Number(state.attempt) + 1,
    }
  }
  const finishedAt = Number(state.at)
  const error = state.letter === 'k' ? state.cancel : state.error
  return {
    ...base,
    status: state.run as RunStatus,
    attempt: Number(state.attempt),
    finishedAt,
    durationMs: finishedAt - startedAt,
    // One that was purged tells none.
    ...(state.letter === 'c' || error === '' ? {} : { error: JSON.parse(error) as string }),
  }
}

/** The number of the node in a filed run. */
export function nodeOfFiledRun(text: string): string {
  return text.split('\t', 4)[3] as string
}

/** A finished run of a firing that went on after it, as `fileRun` of lua/lib/runs.lua wrote it. */
export function toFiledRun(id: string, text: string, nameOf: NameOf): RunRecord {
  const [n, status, attempt, node, started, finished, error, beat, progress] = text.split('\t') as string[]
  const startedAt = Number(started)
  const finishedAt = Number(finished)
  return {
    id: runIdOf(id, Number(n)),
    jobId: jobIdOf(id),
    nodeId: nameOf(node ?? ''),
    status: status as RunStatus,
    attempt: Number(attempt),
    startedAt,
    finishedAt,
    durationMs: finishedAt - startedAt,
    ...(error ? { error: JSON.parse(error) as string } : {}),
    ...(beat ? { lastHeartbeatAt: Number(beat) } : {}),
    ...(progress ? { progress } : {}),
  }
}
