import type { EndedFiring } from '@dureq/types'
import { jobIdOf, runIdOf } from '@dureq/types'
import type { PartitionKeys } from './keys.ts'
import type { NameOf } from './names.ts'
import type { Space } from './space.ts'

/** What a script answered: the outcomes, and the firings that ended. */
export interface AnswerWithEnded {
  readonly outcomes: string
  readonly ended: readonly EndedFiring[]
}

/** What is to be read. */
export interface EndedText {
  readonly answer: string
  /** What the outcomes are of, where a letter `c` may be among them. */
  readonly items?: readonly { readonly firingId: string }[]
}

const NOTHING: readonly EndedFiring[] = []

/**
 * Reads what `endedText` of lua/lib/ending.lua put behind the outcomes: a line for each firing that ended. A line
 * `*<n> <type>` of lua/settle.lua stands for the next n items with the outcome `c`, which completed at their first
 * attempt.
 */
export async function readEnded(
  space: Space,
  partition: PartitionKeys,
  { answer, items = [] }: EndedText,
): Promise<AnswerWithEnded> {
  const from = answer.indexOf('\r')
  if (from < 0) return { outcomes: answer, ended: NOTHING }
  const outcomes = answer.slice(0, from)
  const lines = answer.slice(from + 1).split('\r')
  const nameOf = await space.names.lookup(partition, lines.map(typeIn))
  const ended: EndedFiring[] = []
  let next = 0
  for (const line of lines) {
    if (!line.startsWith('*')) {
      ended.push(endedFiring(line, nameOf))
      continue
    }
    const taskType = nameOf(typeIn(line))
    for (let left = Number(line.slice(1, line.indexOf(' '))); left > 0; left--) {
      next = outcomes.indexOf('c', next) + 1
      ended.push(completedFiring((items[next - 1] as { readonly firingId: string }).firingId, taskType))
    }
  }
  return { outcomes, ended }
}

function typeIn(line: string): string {
  return line.startsWith('*') ? line.slice(line.indexOf(' ') + 1) : (line.split('\t')[2] as string)
}

function completedFiring(id: string, taskType: string): EndedFiring {
  const jobId = jobIdOf(id)
  return { firingId: id, jobId, taskType, status: 'completed', attempt: 1, runId: runIdOf(id, 1) }
}

function endedFiring(line: string, nameOf: NameOf): EndedFiring {
  const [id = '', status, type = '', attempt, n, error] = line.split('\t')
  return {
    firingId: id,
    jobId: jobIdOf(id),
    taskType: nameOf(type),
    status: status as EndedFiring['status'],
    attempt: Number(attempt),
    ...(n ? { runId: runIdOf(id, Number(n)) } : {}),
    ...(error ? { error: JSON.parse(error) as string } : {}),
  }
}
