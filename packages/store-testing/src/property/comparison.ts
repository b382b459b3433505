import {
  type EventPosition,
  type JobEvent,
  type JobRecord,
  type RunRecord,
  runIdOf,
  type Store,
} from '@dureq/types'
import { expect } from 'vitest'
import type { World } from '../model/world.ts'
import { KEYS } from './operations.ts'

const keys = Array.from({ length: KEYS }, (_, i) => `k${i}`)

/** What a store says about all jobs at one moment. */
export interface Snapshot {
  /** By id; undefined for those that are gone. */
  readonly records: readonly (JobRecord | undefined)[]
  readonly runs: readonly RunRecord[]
  /** `type status` -> how many. */
  readonly counts: Readonly<Record<string, number>>
  readonly holders: readonly (string | undefined)[]
  /** Written since the snapshot before, by job. */
  readonly events: Readonly<Record<string, readonly JobEvent[]>>
}

/** Takes snapshots of a store and of the model, and holds them against each other. */
export class Comparison {
  readonly #store: Store
  readonly #world: World
  #position: EventPosition | undefined
  #told = 0

  constructor(store: Store, world: World) {
    this.#store = store
    this.#world = world
  }

  /** Fails when store and model differ in anything; answers with what the store says. */
  async expectEqual(ids: readonly string[]): Promise<Snapshot> {
    const expected = this.#expected(ids)
    const actual = await this.#actual(ids)
    expect(actual).toStrictEqual(expected)
    return actual
  }

  async #actual(ids: readonly string[]): Promise<Snapshot> {
    const { jobs, inspector } = this.#store
    const [records, runs, counts, holders, events] = await Promise.all([
      jobs.get(ids),
      inspector.getRuns(this.#runIds(ids)),
      inspector.countJobs(),
      jobs.lookupUniqueKeys(keys),
      this.#newEvents(),
    ])
    return {
      records,
      runs: runs.filter((run) => run !== undefined),
      counts: Object.fromEntries(counts.map((each) => [`${each.taskType} ${each.status}`, each.count])),
      holders,
      events: byJob(events),
    }
  }

  #expected(ids: readonly string[]): Snapshot {
    const { jobs, keyHolders, events } = this.#world
    const found = ids.map((id) => jobs.find((job) => job.record.id === id))
    const runs = new Map(
      jobs.flatMap((job) => [...job.runs, ...(job.lease ? [job.lease.run] : [])].map((run) => [run.id, run])),
    )
    const counts: Record<string, number> = {}
    for (const { record } of jobs) {
      const name = `${record.taskType} ${record.status}`
      counts[name] = (counts[name] ?? 0) + 1
    }
    const told = events.slice(this.#told)
    this.#told = events.length
    return {
      records: found.map((job) => job?.record),
      runs: this.#runIds(ids).flatMap((id) => runs.get(id) ?? []),
      counts,
      holders: keys.map((key) => keyHolders.find((holder) => holder.key === key)?.id),
      events: byJob(told),
    }
  }

  /** The newest runs of every job, and for a job that is gone the first it may have had. */
  #runIds(ids: readonly string[]): string[] {
    return ids.flatMap((id) => {
      const executions = this.#world.jobs.find((job) => job.record.id === id)?.executions ?? 1
      return [0, 1, 2, 3]
        .filter((back) => executions - back >= 1)
        .map((back) => runIdOf(id, executions - back))
    })
  }

  async #newEvents(): Promise<JobEvent[]> {
    const events: JobEvent[] = []
    for (;;) {
      const page = await this.#store.events.read(this.#position, {}, 1_000)
      expect(page.gap).toBe(false)
      events.push(...page.events)
      this.#position = page.position
      if (page.end) return events
    }
  }
}

/** Order is promised per job only. Events of nodes are not the model's. */
function byJob(events: readonly JobEvent[]): Record<string, JobEvent[]> {
  const found: Record<string, JobEvent[]> = {}
  for (const event of events) {
    if (event.jobId !== undefined) found[event.jobId] = [...(found[event.jobId] ?? []), event]
  }
  return found
}
