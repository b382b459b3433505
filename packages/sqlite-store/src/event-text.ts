import type { EventType, JobEvent } from '@dureq/types'

/**
 * An event of a job, short: most of a log are these. Types, task types and nodes are numbers into the list of names of
 * their row; the run is its number, 0 for none.
 */
type ShortEvent = readonly [
  type: number,
  taskType: number,
  jobId: string,
  attempt: number,
  run: number,
  node: number,
  error?: string,
]

/** What a row of the log holds: the names, then events short or, where they are of another kind, whole. */
type PackedEvents = readonly [names: readonly string[], events: readonly (ShortEvent | JobEvent)[]]

/** Writes the events of one instant as one text. */
export function packEvents(events: readonly JobEvent[]): string {
  const names = new Names()
  const packed: PackedEvents = [names.list, events.map((event) => shorten(event, names))]
  return JSON.stringify(packed)
}

/** Reads the events of a row whose instant is `at`. */
export function unpackEvents(text: string, at: number): readonly JobEvent[] {
  const [names, events] = JSON.parse(text) as PackedEvents
  return events.map((event) => (isShort(event) ? expand(event, names, at) : event))
}

/** A list of names without doubles, and the number of each. */
class Names {
  readonly list: string[] = []
  readonly #numbers = new Map<string, number>()

  numberOf(name: string): number {
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    const number = this.list.push(name) - 1
    this.#numbers.set(name, number)
    return number
  }
}

function shorten(event: JobEvent, names: Names): ShortEvent | JobEvent {
  const { type, jobId, taskType, attempt, runId, nodeId, error } = event
  if (jobId === undefined || taskType === undefined || attempt === undefined) return event
  const run = runId === undefined ? 0 : Number(runId.slice(jobId.length + 1))
  if (Number.isNaN(run) || (run === 0) !== (nodeId === undefined)) return event
  const node = nodeId === undefined ? 0 : names.numberOf(nodeId)
  const ofTask = names.numberOf(taskType)
  const ofType = names.numberOf(type)
  return error === undefined
    ? [ofType, ofTask, jobId, attempt, run, node]
    : [ofType, ofTask, jobId, attempt, run, node, error]
}

function isShort(event: ShortEvent | JobEvent): event is ShortEvent {
  return Array.isArray(event)
}

function expand(short: ShortEvent, names: readonly string[], timestamp: number): JobEvent {
  const [type, taskType, jobId, attempt, run, node, error] = short
  return {
    type: names[type] as EventType,
    timestamp,
    jobId,
    taskType: names[taskType] as string,
    attempt,
    ...(run > 0 && { runId: `${jobId}-${run}`, nodeId: names[node] as string }),
    ...(error !== undefined && { error }),
  }
}
