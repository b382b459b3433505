import type { BatchProgress, EventType, JobEvent } from '@dureq/types'
import { ID_LENGTH, jobIdOf, runIdOf } from '@dureq/types'
import type { Reply } from './gateway.ts'
import type { NameOf } from './names.ts'

/** One entry of the log: up to 100 events that happened together, a line for each. */
export interface LogEntry {
  /** Running number of its last event. */
  readonly last: number
  readonly timestamp: number
  readonly lines: readonly string[]
}

/** Reads an entry of the stream: `[id, ['t', time, 'e', lines]]`. */
export function parseEntry(entry: Reply): LogEntry {
  const [id, fields] = entry as [string, [string, string, string, string]]
  const lines = fields[3].split('\n').flatMap(eachEvent)
  return { last: Number(id.split('-')[0]), timestamp: Number(fields[1]), lines }
}

/** A line may stand for events that differ only in their ids: a line for each. */
function eachEvent(line: string): string | readonly string[] {
  const start = line.indexOf('\t') + 1
  const end = line.indexOf('\t', start)
  const ids = line.slice(start, end)
  if (!ids.includes(',')) return line
  return ids.split(',').map((id) => line.slice(0, start) + id + line.slice(end))
}

/** The numbers an event line names things by. */
export function numbersInLine(line: string): readonly string[] {
  const parts = line.split('\t')
  return [parts[3] ?? '', parts[4] ?? '']
}

/** Reads one line as lua/lib/events.lua wrote it. */
export function parseEvent(line: string, timestamp: number, nameOf: NameOf): JobEvent {
  const [type, id = '', n, node, taskType, attempt, error, affected, workflow, progress] = line.split('\t')
  // A version stands in the place of the node, which there is none.
  if (type === 'queue.unserved')
    return unservedEvent(timestamp, nameOf(taskType as string), node && nameOf(node))
  return {
    type: type as EventType,
    timestamp,
    ...(id ? { jobId: jobIdOf(id) } : {}),
    ...(id.length > ID_LENGTH ? { firingId: id } : {}),
    ...(n ? { runId: runIdOf(id, Number(n)) } : {}),
    ...(node ? { nodeId: nameOf(node) } : {}),
    ...(taskType ? { taskType: nameOf(taskType) } : {}),
    ...(attempt ? { attempt: Number(attempt) } : {}),
    ...(error ? { error: JSON.parse(error) as string } : {}),
    ...(workflow ? { workflowId: workflow } : {}),
    ...(progress ? { batchProgress: JSON.parse(progress) as BatchProgress } : {}),
    ...(affected ? { affectedRunIds: affected.split(',') } : {}),
  }
}

function unservedEvent(timestamp: number, taskType: string, version: string | undefined): JobEvent {
  return { type: 'queue.unserved', timestamp, taskType, ...(version ? { version } : {}) }
}
