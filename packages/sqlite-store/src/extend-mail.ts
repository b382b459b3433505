import type { HeldMail } from '@dureq/types'
import type { Step } from './step.ts'

/** Lets leases on mail go on: `MailboxesRole.extend`. */
export function extendMail(step: Step, mail: readonly HeldMail[], leaseMs: number): readonly boolean[] {
  const found = step.instances.byIds(
    step,
    mail.map(({ id }) => id),
  )
  return mail.map(({ version }, i) => {
    const stored = found[i]
    const lease = stored?.lease
    if (stored === undefined || lease === undefined) return false
    if (stored.version !== version || lease.until <= step.now) return false
    stored.lease = { ...lease, until: step.now + leaseMs }
    step.instances.changed(stored)
    return true
  })
}
