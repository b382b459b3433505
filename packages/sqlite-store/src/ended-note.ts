import { type EndedFiring, jobIdOf, runIdOf } from '@dureq/types'
import { statusCode, statusOf } from './codes.ts'
import { runNumber } from './run-archive.ts'

/** An ended firing as the notes of a call keep it. */
export type EndedNote = readonly [
  firingId: string,
  taskType: string,
  status: number,
  attempt: number,
  /** 0: no run. */
  run: number,
  error?: string,
]

/** Shortens an ended firing to a note. */
export function noteEnded(ended: EndedFiring): EndedNote {
  const { firingId, taskType, status, attempt, runId, error } = ended
  const note = [
    firingId,
    taskType,
    statusCode(status),
    attempt,
    runId === undefined ? 0 : runNumber(runId),
  ] as const
  return error === undefined ? note : [...note, error]
}

/** The ended firing behind a note. */
export function endedOf([firingId, taskType, code, attempt, run, error]: EndedNote): EndedFiring {
  return {
    firingId,
    jobId: jobIdOf(firingId),
    taskType,
    status: statusOf(code) as EndedFiring['status'],
    attempt,
    ...(run > 0 && { runId: runIdOf(firingId, run) }),
    ...(error !== undefined && { error }),
  }
}
