import { type JobDefinition, purgeFiring, purgeRun } from '@dureq/types'
import { writeFacts } from './job-facts.ts'
import { forgetMemos } from './memo-rows.ts'
import { allFirings } from './recurring-rows.ts'
import type { Step } from './step.ts'
import { isOfRecurring, type StoredFiring } from './stored-firing.ts'

/** Takes from an ended firing what users handed in and got; that it was there, and how it ended, stays. */
export function purgeStored(step: Step, stored: StoredFiring): void {
  const purged = purgeFiring(stored.firing)
  if (purged.kind === 'refused') throw new TypeError(`a ${purged.status} firing cannot be purged`)
  const { seq, lastRun } = stored
  if (isOfRecurring(stored)) purgeShown(step, stored)
  // Whatever read or made its row knows all of a job but the payload.
  const job: JobDefinition = { ...(stored.firing.job as JobDefinition), headers: {} }
  stored.firing = { ...purged.firing, job }
  if (lastRun !== undefined) stored.lastRun = purgeRun(lastRun)
  forgetMemos(step, stored)
  step.firings.changed(stored)
  step.firings.flush()
  step.db.run("UPDATE jobs SET payload = 'null', facts = ? WHERE seq = ?", [writeFacts(job), seq])
  step.db.run(
    "UPDATE runs SET record = json_remove(record, '$.error', '$.stack', '$.progress') WHERE seq = ?",
    [seq],
  )
}

/** The same of a recurring job that has ended, with all its firings. */
export function purgeWithFirings(step: Step, stored: StoredFiring): void {
  step.firings.flush()
  const ids = allFirings(step.db, { seq: stored.seq, id: stored.firing.id })
  for (const firing of step.firings.byIds(ids)) if (firing !== undefined) purgeStored(step, firing)
  purgeStored(step, stored)
}

/** The record of a recurring job shows the error of the newest firing that has run: that may be this one. */
function purgeShown(step: Step, { firing }: StoredFiring): void {
  const job = step.recurring.get(step, firing.job.id)
  if (job === undefined || firing.lastError === undefined) return
  const shown = job.stored.firing
  if (shown.lastError !== firing.lastError) return
  job.stored.firing = { ...shown, lastError: undefined }
  job.isChanged = true
}
