import { type EventPosition, type JobEvent, type Store } from '@dureq/types'
import { must, Violation } from './violation.ts'

/** Events of a run that happen once. */
const onceARun = new Set<JobEvent['type']>(['job.started', 'job.completed', 'job.failed'])

const endOf: Readonly<Partial<Record<JobEvent['type'], string>>> = {
  'job.completed': 'completed',
  'job.dead': 'dead',
  'job.cancelled': 'cancelled',
}

const endOfInstance = /^(workflow|batch)\.(completed|failed|cancelled|timed_out)$/

/** Reads the event log along, and knows what it has told of each job. */
export class EventBook {
  /** By job or firing id: the end told last, until something takes it back. */
  readonly ended: Map<string, string> = new Map()
  /** Workflows and batches that have ended. */
  readonly endedInstances: Set<string> = new Set()
  readonly #store: Store
  readonly #told = new Set<string>()
  #position: EventPosition | undefined

  constructor(store: Store) {
    this.#store = store
  }

  /** Reads what was told since. */
  async read(): Promise<void> {
    for (;;) {
      const page = await this.#store.events.read(this.#position, {}, 1_000)
      if (page.gap) throw new Violation('I10', 'the log was cut before it was read')
      for (const event of page.events) this.#note(event)
      this.#position = page.position
      if (page.end) return
    }
  }

  #note({ type, jobId, firingId, runId }: JobEvent): void {
    if (jobId === undefined) return
    if (endOfInstance.test(type)) this.endedInstances.add(jobId)
    if (/^(workflow|batch)\.retrying$/.test(type)) this.endedInstances.delete(jobId)
    if (!type.startsWith('job.')) return
    const id = firingId ?? jobId
    if (runId !== undefined && onceARun.has(type)) {
      must('I10', !this.#told.has(`${type} ${runId}`), () => `${type} was told twice of ${runId}`)
      this.#told.add(`${type} ${runId}`)
    }
    const end = endOf[type]
    if (end === undefined) {
      if (type !== 'job.schedule_to_start_timeout' && type !== 'job.failed') this.ended.delete(id)
      return
    }
    const before = this.ended.get(id)
    must('I10', before === undefined, () => `${id} ended ${end} after it had ended ${before}`)
    this.ended.set(id, end)
  }
}
