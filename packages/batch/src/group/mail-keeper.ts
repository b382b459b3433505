import type { EngineTools } from '@dureq/runtime'
import type { HeldMail } from '@dureq/types'

/** Keeps mail from other nodes for as long as something is made of it. */
export interface MailKeeper {
  /** Lets the lease of this mail go on until the function it gives is called. */
  keep(mail: HeldMail): () => void
}

/** What a keeper needs. `leaseMs`: for how long mail is leased at a time. */
export interface MailKeeperOptions extends Pick<EngineTools, 'store' | 'caller' | 'clock' | 'logger'> {
  readonly leaseMs: number
}

/** Leases go on when this share of them is over, so that two calls may fail. */
const SHARE = 1 / 3

/** A keeper, with one timer however much mail it keeps; none while it keeps nothing. */
export function createMailKeeper(options: MailKeeperOptions): MailKeeper {
  const { store, caller, clock, logger, leaseMs } = options
  const kept = new Set<HeldMail>()
  let isUnderWay = false
  let cancel = (): void => {}

  const extend = async (): Promise<void> => {
    const mail = [...kept]
    await caller
      .call((key) => store.mailboxes.extend(key, mail, leaseMs))
      .catch((error: unknown) => logger.debug({ err: error }, 'mail cannot be kept; trying again'))
    isUnderWay = false
    goOn()
  }
  const goOn = (): void => {
    if (isUnderWay || kept.size === 0) return
    isUnderWay = true
    const timer = clock.setTimeout(() => {
      cancel = () => {}
      void extend()
    }, leaseMs * SHARE)
    cancel = () => {
      timer.cancel()
      isUnderWay = false
    }
  }
  return {
    keep(mail) {
      kept.add(mail)
      goOn()
      return () => {
        if (kept.delete(mail) && kept.size === 0) cancel()
      }
    },
  }
}
