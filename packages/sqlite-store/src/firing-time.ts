import { ID_LENGTH } from '@dureq/types'

/** When a firing of a recurring job is for: what its id tells besides the job. */
export interface FiringKey {
  readonly at: number
  /** It was asked for by hand. */
  readonly triggered: boolean
}

/** The id of a firing of a recurring job. */
export function firingIdOf(jobId: string, { at, triggered }: FiringKey): string {
  return `${jobId}:${at}${triggered ? 't' : ''}`
}

/** What the id of a firing of a recurring job tells. */
export function firingKeyOf(firingId: string): FiringKey {
  const time = firingId.slice(ID_LENGTH + 1)
  const triggered = time.endsWith('t')
  return { at: Number(triggered ? time.slice(0, -1) : time), triggered }
}
