import {
  type InspectorRole,
  isRecurring,
  type JobRecord,
  type JobStatus,
  ValidationError,
} from '@dureq/types'
import type { Orders } from '../orders.ts'
import { MAX_PAGE } from '../page-options.ts'
import { giveToMany, type MakeCommand } from './give-to-many.ts'
import type { RefusedOrder, WalkReport } from './order-report.ts'

/** Which jobs are to change their version: all of a type that ask for one, and have not ended. */
export interface VersionFilter {
  readonly taskType: string
  /** The version they ask for. */
  readonly version: string
}

/** Which jobs an order is for, how far to go, and what it is. */
export interface VersionWalk {
  readonly filter: VersionFilter
  readonly limit: number
  readonly cursor?: string | undefined
  readonly make: MakeCommand
}

/** Where such jobs can be. Of those that run, only recurring ones: for their firings to come. */
const statuses = ['pending', 'scheduled', 'retrying', 'paused', 'running'] as const

/** Pages one call reads at most. */
const MOST_PAGES = 20

/** Gives an order to the jobs of a type that ask for a version, status by status. */
export async function walkVersion(
  inspector: InspectorRole,
  orders: Orders,
  { filter: { taskType, version }, limit, cursor, make }: VersionWalk,
): Promise<WalkReport> {
  let done = 0
  const refused: RefusedOrder[] = []
  let place: Place | undefined = parsePlace(cursor)
  for (let pages = 0, left = limit; place !== undefined && left > 0 && pages < MOST_PAGES; pages++) {
    const { status, cursor: from }: Place = place
    const request = { limit: Math.min(left, MAX_PAGE), sort: 'oldest' as const }
    const page = await inspector.listJobs(
      { status, taskType },
      from === undefined ? request : { ...request, cursor: from },
    )
    const fitting = page.rows.filter((job) => job.version === version && isMovable(job))
    const report = await giveToMany(orders, fitting, make)
    done += report.done
    refused.push(...report.refused)
    left -= fitting.length
    place = page.cursor === undefined ? nextStatus(status) : { status, cursor: page.cursor }
  }
  return place === undefined ? { done, refused } : { done, refused, cursor: formatPlace(place) }
}

function isMovable({ status, schedule }: JobRecord): boolean {
  return status !== 'running' || isRecurring(schedule.type)
}

/** A place in the listings of all statuses, one after the other. */
interface Place {
  readonly status: (typeof statuses)[number] & JobStatus
  readonly cursor?: string | undefined
}

function nextStatus(status: Place['status']): Place | undefined {
  const next = statuses[statuses.indexOf(status) + 1]
  return next && { status: next }
}

function formatPlace({ status, cursor }: Place): string {
  return cursor === undefined ? status : `${status}:${cursor}`
}

function parsePlace(text: string | undefined): Place {
  if (text === undefined) return { status: statuses[0] }
  const [, name = '', cursor] = /^([a-z]+)(?::(.+))?$/s.exec(text) ?? []
  const status = statuses.find((each) => each === name)
  if (status === undefined)
    throw new ValidationError([{ field: 'cursor', problem: 'is not a cursor of this order' }])
  return { status, cursor }
}
