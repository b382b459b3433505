import type { EndedFiring } from '@dureq/types'
import { jobIdOf, runIdOf } from '@dureq/types'
import type { PartitionKeys } from './keys.ts'
import type { Space } from './space.ts'

/** What a script answered: the outcomes, and behind them the firings that ended. */
export interface AnswerWithEnded {
  readonly outcomes: string
  readonly ended: readonly EndedFiring[]
}

/** Reads `endedAnswer` of lua/lib/ending.lua. */
export async function readEnded(
  space: Space,
  partition: PartitionKeys,
  answer: string,
): Promise<AnswerWithEnded> {
  const [outcomes = '', ...lines] = answer.split('\r').filter((part, i) => i === 0 || part !== '')
  if (lines.length === 0) return { outcomes, ended: [] }
  const rows = lines.map(
    (line) => line.split('\t') as [string, EndedFiring['status'], string, string, string, string],
  )
  const nameOf = await space.names.lookup(
    partition,
    rows.map((row) => row[2]),
  )
  const ended = rows.map(([id, status, type, attempt, n, error]) => ({
    firingId: id,
    jobId: jobIdOf(id),
    taskType: nameOf(type),
    status,
    attempt: Number(attempt),
    ...(n === '' ? {} : { runId: runIdOf(id, Number(n)) }),
    ...(error === '' ? {} : { error: JSON.parse(error) as string }),
  }))
  return { outcomes, ended }
}
