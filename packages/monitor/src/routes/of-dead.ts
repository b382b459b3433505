import type { Client, OrderReport } from '@dureq/client'
import { type DureqError, InvalidJobStatusError, JobNotFoundError } from '@dureq/types'

/** An order to many jobs. */
interface DeadOrder {
  readonly verb: string
  /** Gives it to all of these. */
  readonly give: (ids: readonly string[]) => Promise<OrderReport>
}

/** Gives an order to those of these jobs that are dead, and refuses it to the others: ended ones of all kinds could be deleted. */
export async function giveToDead(
  client: Client,
  ids: readonly string[],
  { verb, give }: DeadOrder,
): Promise<OrderReport> {
  const errors = await Promise.all(ids.map((id) => refusalOf(client, id, verb)))
  const { done, refused } = await give(ids.filter((_, i) => errors[i] === undefined))
  const others = ids.flatMap((jobId, i) => {
    const error = errors[i]
    return error === undefined ? [] : [{ jobId, error }]
  })
  return { done, refused: [...others, ...refused] }
}

/** @throws JobNotFoundError, InvalidJobStatusError unless it is dead. */
export async function mustBeDead(client: Client, id: string, verb: string): Promise<void> {
  const error = await refusalOf(client, id, verb)
  if (error !== undefined) throw error
}

async function refusalOf(client: Client, id: string, verb: string): Promise<DureqError | undefined> {
  const job = await client.getJob(id)
  if (job === undefined) return new JobNotFoundError(id)
  return job.status === 'dead' ? undefined : new InvalidJobStatusError(id, job.status, verb)
}
