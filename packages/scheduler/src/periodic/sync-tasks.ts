import type { Client } from '@dureq/client'
import {
  DuplicateJobError,
  InvalidJobStatusError,
  JobNotFoundError,
  type Logger,
  type PeriodicTaskConfigProvider,
  ScheduleNotFoundError,
  type Store,
  ValidationError,
} from '@dureq/types'
import { readKnownTasks } from './known-tasks.ts'
import { planSync, type SyncStep } from './plan-sync.ts'
import { KEY_PREFIX, readWantedTasks } from './wanted-tasks.ts'

/** What a look at the list needs. */
export interface Syncing {
  readonly store: Pick<Store, 'jobs' | 'schedules'>
  readonly client: Client
  readonly provider: PeriodicTaskConfigProvider
  readonly logger: Logger
}

/**
 * Asks the provider and makes the store agree with it. When the provider throws, everything stays; a task that is wrong is
 * reported, and neither stops the others nor changes what runs under its key. What a race with others leaves undone, the
 * next look does.
 */
export async function syncTasks(syncing: Syncing): Promise<void> {
  const { store, client, provider, logger } = syncing
  const configs = await ask(provider, logger)
  if (configs === undefined) return
  const { now } = await store.schedules.due(0)
  const wanted = readWantedTasks(configs, now)
  for (const { field, problem } of wanted.faults) logger.error({ field, problem }, 'a periodic task is wrong')
  for (const step of planSync(wanted, await readKnownTasks(client, store))) await takeStep(step, syncing)
}

async function ask(
  provider: PeriodicTaskConfigProvider,
  logger: Logger,
): Promise<Awaited<ReturnType<PeriodicTaskConfigProvider>> | undefined> {
  try {
    const configs: unknown = await provider()
    if (Array.isArray(configs)) return configs as Awaited<ReturnType<PeriodicTaskConfigProvider>>
    throw new TypeError('the provider of periodic tasks returned no list')
  } catch (error) {
    logger.error({ err: error }, 'periodic tasks stay as they are: their provider failed')
    return undefined
  }
}

async function takeStep(step: SyncStep, { client, logger }: Syncing): Promise<void> {
  const key = step.do === 'remove' ? step.key : step.task.key
  try {
    await carryOut(step, client)
    logger.info({ key, step: step.do }, 'periodic task changed')
  } catch (error) {
    if (ValidationError.is(error)) logger.error({ err: error, key }, 'a periodic task is wrong')
    else if (isOvertaken(error)) logger.debug({ err: error, key }, 'periodic task left to the next look')
    else throw error
  }
}

/** Somebody else has changed or ended the job meanwhile, or it holds its key until its last firing has ended. */
function isOvertaken(error: unknown): boolean {
  return (
    DuplicateJobError.is(error) ||
    InvalidJobStatusError.is(error) ||
    JobNotFoundError.is(error) ||
    ScheduleNotFoundError.is(error)
  )
}

async function carryOut(step: SyncStep, client: Client): Promise<void> {
  switch (step.do) {
    case 'add':
      return await add(step, client)
    case 'reschedule':
      return await client.updateSchedule(step.jobId, { type: 'CRON', cronExpr: step.task.cronExpr })
    case 'replacePayload':
      return await client.updatePayload(step.jobId, step.task.payload)
    case 'replace':
      await client.cancelJob(step.jobId, { reason: 'periodic task changed' })
      return await add(step, client)
    case 'remove':
      return await client.cancelJob(step.jobId, { reason: 'periodic task removed' })
  }
}

async function add({ task }: Extract<SyncStep, { task: unknown }>, client: Client): Promise<void> {
  const { key, taskType, cronExpr, payload } = task
  const schedule = { type: 'CRON', cronExpr } as const
  await client.enqueue(taskType, payload, { schedule, uniqueKey: KEY_PREFIX + key })
}
