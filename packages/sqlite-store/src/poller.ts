import { systemClock } from '@dureq/runtime'
import type { Timer } from '@dureq/types'
import type { Member } from './member.ts'

const EAGER_MS = 10
const CALM_MS = 50
/** After this time without a change the file is looked at less often. */
const CALM_AFTER_MS = 60_000

/** Notices the changes other connections make to a file. */
export interface Poller {
  /** Begins to look, and goes on for as long as somebody waits. */
  start(): void
  stop(): void
}

/** What a poller needs. */
export interface PollerOptions {
  /** A store to look through; undefined when there is none any more. */
  readonly member: () => Member | undefined
  readonly isNeeded: () => boolean
  readonly onChange: (member: Member) => void
}

/**
 * Makes a poller that asks for `PRAGMA data_version`, in real time: other processes live in it. Its first look always
 * counts as a change, since something may have happened while nobody waited.
 */
export function createPoller({ member, isNeeded, onChange }: PollerOptions): Poller {
  let timer: Timer | undefined
  let looked: { readonly through: Member; readonly version: unknown } | undefined
  let changedAt = systemClock.now()

  const look = (): void => {
    const through = member()
    if (through === undefined) return
    const version = through.db.get('PRAGMA data_version')?.[0]
    if (looked?.through === through && looked.version === version) return
    if (looked !== undefined) changedAt = systemClock.now()
    looked = { through, version }
    onChange(through)
  }
  const arm = (): void => {
    const isCalm = systemClock.now() - changedAt > CALM_AFTER_MS
    timer = systemClock.setTimeout(tick, isCalm ? CALM_MS : EAGER_MS)
  }
  const tick = (): void => {
    timer = undefined
    if (!isNeeded()) {
      looked = undefined
      return
    }
    try {
      look()
    } catch {
      // Locked or failing: the next look finds it, and whoever waits looks for himself at least every 5 s.
      looked = undefined
    }
    arm()
  }
  return {
    start() {
      if (timer === undefined) arm()
    },
    stop() {
      timer?.cancel()
      timer = undefined
      looked = undefined
    },
  }
}
