import {
  DuplicateJobError,
  type EnqueueOutcome,
  type Job,
  JobNotFoundError,
  type NewJob,
  parseJob,
  QueueFullError,
  ValidationError,
} from '@dureq/types'
import type { AnyTask } from './any-task.ts'
import { asEnqueued } from './as-enqueued.ts'
import { withRoom } from './await-room.ts'
import { type CheckedOptions, checkOptions } from './checked-options.ts'
import type { ClientCore } from './core.ts'
import { draftJob } from './draft.ts'
import { collectDrafts, isStorable } from './drafts.ts'
import { recurs } from './due.ts'
import { checkEntry, checkEntryList, type EnqueueEntry } from './enqueue-entry.ts'
import type { EnqueueManyOptions, EnqueueOptions } from './enqueue-options.ts'
import { type EnqueueResult, resultOf } from './enqueue-result.ts'
import type { Enqueuing } from './enqueuing.ts'
import { checkMany } from './many-options.ts'
import type { RoomWait } from './room-options.ts'
import { sendTraced } from './send-traced.ts'
import { createSender, type Sender } from './sender.ts'

/** The enqueuing part of a client. */
export function createEnqueuing(core: ClientCore): Enqueuing {
  const enqueuer = new Enqueuer(core)
  return {
    // Typed by the overloads of the interface; here a payload is anything.
    enqueue: (task: AnyTask | string, payload?: unknown, options?: EnqueueOptions) =>
      enqueuer.enqueue({ task, payload, ...(options === undefined ? {} : { options }) }) as Promise<
        Job<never, never>
      >,
    enqueueMany: (task: AnyTask | string, payloads: readonly unknown[], options: EnqueueManyOptions = {}) =>
      enqueuer.enqueueMany(task, payloads, options),
    enqueueAll: (entries) => enqueuer.enqueueAll(entries),
  }
}

/** Tasks whose checks are remembered; names may be without number. */
const MOST_PLAIN = 1_000

class Enqueuer {
  readonly #core: ClientCore
  readonly #sender: Sender
  readonly #plain = new Map<AnyTask | string, CheckedOptions>()

  constructor(core: ClientCore) {
    this.#core = core
    this.#sender = createSender(core)
  }

  enqueue(entry: EnqueueEntry): Promise<Job> {
    return recurs(entry.options) ? this.#enqueueRecurring(entry) : this.#enqueueOnce(entry)
  }

  /** The schedule begins with the store's time. */
  async #enqueueRecurring({ task, payload, options = {} }: EnqueueEntry): Promise<Job> {
    const checked = this.#checkNow(task, options, await this.#core.storeTime())
    const job = await this.#draft({ task, payload }, checked)
    return await sendTraced(this.#core, [job], ([traced = job]) => this.#store(traced, checked.room))
  }

  #enqueueOnce(entry: EnqueueEntry): Promise<Job> {
    const checked = this.#check(entry)
    const drafted = this.#draft(entry, checked)
    const store = (job: NewJob): Promise<Job> =>
      sendTraced(this.#core, [job], ([traced = job]) => this.#store(traced, checked.room))
    return drafted instanceof Promise ? drafted.then(store) : store(drafted)
  }

  async enqueueMany(
    task: AnyTask | string,
    payloads: readonly unknown[],
    options: EnqueueManyOptions,
  ): Promise<readonly EnqueueResult[]> {
    const now = recurs(options) ? await this.#core.storeTime() : undefined
    const checked = checkMany(this.#check({ task, options }, now), payloads, options)
    return await this.#sendAll(payloads.map((payload) => () => this.#draft({ task, payload }, checked)))
  }

  async enqueueAll(entries: readonly EnqueueEntry[]): Promise<readonly EnqueueResult[]> {
    checkEntryList(entries)
    const now = entries.some((entry) => recurs(entry?.options)) ? await this.#core.storeTime() : undefined
    return await this.#sendAll(
      entries.map((entry, i) => () => {
        checkEntry(entry, i)
        return this.#draft(entry, this.#check(entry, now))
      }),
    )
  }

  /** What nothing was asked of beyond a task is the same every time. */
  #check({ task, options }: EnqueueEntry, now?: number): CheckedOptions {
    if (options !== undefined) return this.#checkNow(task, options, now)
    const known = this.#plain.get(task)
    if (known !== undefined) return known
    const checked = this.#checkNow(task, {})
    if (this.#plain.size >= MOST_PLAIN) this.#plain.clear()
    if (typeof task === 'string' || Object.isFrozen(task)) this.#plain.set(task, checked)
    return checked
  }

  #checkNow(
    task: AnyTask | string,
    options: EnqueueOptions,
    now: number = this.#core.clock.now(),
  ): CheckedOptions {
    return checkOptions(task, options, { limits: this.#core.store.limits, now })
  }

  #draft({ task, payload }: EnqueueEntry, checked: CheckedOptions): NewJob | Promise<NewJob> {
    return draftJob({ task, payload }, checked, { limits: this.#core.store.limits, newId: this.#core.newId })
  }

  #store(job: NewJob, room: RoomWait | undefined): Promise<Job> {
    return this.#sender
      .one(job)
      .then((outcome) =>
        outcome.kind === 'full' ? this.#whenFull(job, outcome.limit, room) : this.#jobOf(job, outcome),
      )
  }

  /** What is sent again is the same draft: it meets what an earlier call has stored after all. */
  async #whenFull(job: NewJob, limit: number, wait: RoomWait | undefined): Promise<Job> {
    const { taskType } = job
    if (wait === undefined || wait.timeoutMs === 0) throw new QueueFullError(taskType, limit)
    const outcome = await withRoom(this.#core, { taskType, wait }, async () => {
      const again = await this.#sender.one(job)
      return again.kind === 'full' ? undefined : again
    })
    if (outcome === undefined) throw new QueueFullError(taskType, limit)
    return await this.#jobOf(job, outcome)
  }

  #jobOf(job: NewJob, outcome: EnqueueOutcome): Job | Promise<Job> {
    return outcome.kind === 'created' ? asEnqueued(job, outcome.id, outcome.createdAt) : this.#known(outcome)
  }

  /** A job stored by an earlier call, as it is now. */
  async #known({ kind, id }: EnqueueOutcome): Promise<Job> {
    if (kind === 'duplicate') throw new DuplicateJobError(id)
    const record = await this.#core.records.add(id)
    if (record === undefined) throw new JobNotFoundError(id)
    return parseJob(record)
  }

  async #sendAll(makers: readonly (() => NewJob | Promise<NewJob>)[]): Promise<readonly EnqueueResult[]> {
    const drafts = await collectDrafts(makers)
    const send = (jobs: readonly NewJob[]): Promise<readonly EnqueueOutcome[]> => this.#sender.many(jobs)
    const outcomes = (await sendTraced(this.#core, drafts.filter(isStorable), send)).values()
    return drafts.map((draft) =>
      ValidationError.is(draft)
        ? { kind: 'invalid', error: draft }
        : resultOf(outcomes.next().value as EnqueueOutcome),
    )
  }
}
