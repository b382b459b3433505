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

const NOTHING: readonly string[] = []

/**
 * Reads what `endedText` of lua/lib/ending.lua put behind the outcomes: a line for each firing that ended. A line
 * `*<n> <type>` of lua/settle.lua stands for n jobs, named by the ids whose outcome is `c`, that completed at their
 * first attempt.
 *
 * @param ids the firings that the outcomes are of, where a letter `c` may be among them.
 */
export async function readEnded(
  space: Space,
  partition: PartitionKeys,
  answer: string,
  ids: readonly string[] = NOTHING,
): Promise<AnswerWithEnded> {
  const from = answer.indexOf('\r')
  if (from < 0) return { outcomes: answer, ended: [] }
  const outcomes = answer.slice(0, from)
  const lines = answer.slice(from + 1).split('\r')
  const nameOf = await space.names.lookup(partition, lines.map(typeIn))
  const completed = ids.filter((_, i) => outcomes[i] === 'c')
  let next = 0
  const ended = lines.flatMap((line) => {
    if (!line.startsWith('*')) return [endedFiring(line, nameOf)]
    const first = next
    next += Number(line.slice(1, line.indexOf(' ')))
    const taskType = nameOf(typeIn(line))
    return completed.slice(first, next).map((id) => completedFiring(id, taskType))
  })
  return { outcomes, ended }
}

function typeIn(line: string): string {
  return line.startsWith('*') ? line.slice(line.indexOf(' ') + 1) : (line.split('\t')[2] as string)
}

function completedFiring(id: string, taskType: string): EndedFiring {
  return {
    firingId: id,
    jobId: jobIdOf(id),
    taskType,
    status: 'completed',
    attempt: 1,
    runId: runIdOf(id, 1),
  }
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
