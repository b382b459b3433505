import { type EndedFiring, jobIdOf, runIdOf } from '@dureq/types'
import { statusCode, statusOf } from './codes.ts'
import { runNumber } from './run-archive.ts'

/** Ended firings that differ in their ids alone, as the notes of a call keep them. */
export type EndedNote = readonly [
  firingIds: string | string[],
  taskType: string,
  status: number,
  attempt: number,
  /** 0: no run. */
  run: number,
  error?: string,
]

/** Shortens ended firings to notes. */
export function noteEnded(ended: readonly EndedFiring[]): readonly EndedNote[] {
  const notes: EndedNote[] = []
  let ids: string[] = []
  let last: EndedNote | undefined
  for (const each of ended) {
    const run = each.runId === undefined ? 0 : runNumber(each.runId)
    if (last === undefined || !isNotedIn(last, each, run)) {
      ids = []
      last = openNote(ids, each, run)
      notes.push(last)
    }
    ids.push(each.firingId)
  }
  return notes
}

function openNote(ids: string[], { taskType, status, attempt, error }: EndedFiring, run: number): EndedNote {
  const head = [ids, taskType, statusCode(status), attempt, run] as const
  return error === undefined ? head : [...head, error]
}

function isNotedIn(note: EndedNote, ended: EndedFiring, run: number): boolean {
  const [, taskType, code, attempt, ofRun, error] = note
  return (
    taskType === ended.taskType &&
    code === statusCode(ended.status) &&
    attempt === ended.attempt &&
    ofRun === run &&
    error === ended.error
  )
}

/** The ended firings behind a note. */
export function endedOf([ids, taskType, code, attempt, run, error]: EndedNote): readonly EndedFiring[] {
  const firingIds = typeof ids === 'string' ? [ids] : ids
  return firingIds.map((firingId) => ({
    firingId,
    jobId: jobIdOf(firingId),
    taskType,
    status: statusOf(code) as EndedFiring['status'],
    attempt,
    ...(run > 0 && { runId: runIdOf(firingId, run) }),
    ...(error !== undefined && { error }),
  }))
}
