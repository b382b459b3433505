import { type EventType, type JobEvent, jobIdOf } from '@dureq/types'

/**
 * An event of a job, short: most of a log are these. Types, task types and nodes are numbers into the list of names of
 * their row; the run is its number, 0 for none. Events in a row that differ in their jobs alone are one, with a list of
 * jobs: those of a batch mostly do.
 */
type ShortEvent = readonly [
  type: number,
  taskType: number,
  /** Of jobs, or of firings of recurring jobs. Files of before have one. */
  jobIds: string | string[],
  attempt: number,
  run: number,
  node: number,
  error?: string,
]

/** What a row of the log holds: the names, then events short or, where they are of another kind, whole. */
type PackedEvents = readonly [names: readonly string[], events: readonly (ShortEvent | JobEvent)[]]

/** Writes the events of one instant as one text. */
export function packEvents(events: readonly JobEvent[]): string {
  const packer = new Packer()
  for (const event of events) packer.add(event)
  return packer.text()
}

/** Reads the events of a row whose instant is `at`. */
export function unpackEvents(text: string, at: number): readonly JobEvent[] {
  const [names, events] = JSON.parse(text) as PackedEvents
  return events.flatMap((event) => (isShort(event) ? expand(event, names, at) : event))
}

class Packer {
  readonly #names = new Names()
  readonly #packed: (ShortEvent | JobEvent)[] = []
  /** The short event before, while another can join it. */
  #last: ShortEvent | undefined
  #jobs: string[] = []

  add(event: JobEvent): void {
    const { error } = event
    const jobId = event.firingId ?? event.jobId
    const short = shorten(event, this.#names)
    if (short === undefined || jobId === undefined) {
      this.#last = undefined
      this.#packed.push(event)
      return
    }
    if (this.#last === undefined || !differInJobs(this.#last, short, error)) this.#open(short, error)
    this.#jobs.push(jobId)
  }

  text(): string {
    return JSON.stringify([this.#names.list, this.#packed] satisfies PackedEvents)
  }

  #open([type, taskType, attempt, run, node]: Shortened, error: string | undefined): void {
    this.#jobs = []
    const head = [type, taskType, this.#jobs, attempt, run, node] as const
    this.#last = error === undefined ? head : [...head, error]
    this.#packed.push(this.#last)
  }
}

function differInJobs(last: ShortEvent, short: Shortened, error: string | undefined): boolean {
  const [type, taskType, attempt, run, node] = short
  return (
    last[0] === type &&
    last[1] === taskType &&
    last[3] === attempt &&
    last[4] === run &&
    last[5] === node &&
    last[6] === error
  )
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

/** What is said of an event of a job besides its job and its error. */
type Shortened = readonly [type: number, taskType: number, attempt: number, run: number, node: number]

/** The short form of an event; undefined when it has none. */
function shorten(event: JobEvent, names: Names): Shortened | undefined {
  const { type, taskType, attempt, runId, nodeId } = event
  const jobId = event.firingId ?? event.jobId
  if (jobId === undefined || taskType === undefined || attempt === undefined) return undefined
  const run = runId === undefined ? 0 : Number(runId.slice(jobId.length + 1))
  if (Number.isNaN(run) || (run === 0) !== (nodeId === undefined)) return undefined
  const node = nodeId === undefined ? 0 : names.numberOf(nodeId)
  return [names.numberOf(type), names.numberOf(taskType), attempt, run, node]
}

function isShort(event: ShortEvent | JobEvent): event is ShortEvent {
  return Array.isArray(event)
}

function expand(short: ShortEvent, names: readonly string[], timestamp: number): JobEvent[] {
  const [type, taskType, jobs, attempt, run, node, error] = short
  const jobIds = typeof jobs === 'string' ? [jobs] : jobs
  return jobIds.map((id) => ({
    type: names[type] as EventType,
    timestamp,
    jobId: jobIdOf(id),
    ...(jobIdOf(id) !== id && { firingId: id }),
    taskType: names[taskType] as string,
    attempt,
    ...(run > 0 && { runId: `${id}-${run}`, nodeId: names[node] as string }),
    ...(error !== undefined && { error }),
  }))
}
