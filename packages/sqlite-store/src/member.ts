import type { Connection } from './connection.ts'

/** A store of this process, as far as its hub needs it to look around. */
export interface Member {
  readonly db: Connection
  readonly now: () => number
  /** When time alone will next change something. */
  readonly nextAt: () => number | undefined
  /** Whether nothing of this tier and type is claimed just now. */
  readonly isPaused: (place: { readonly tier: number; readonly type: string }) => boolean
}
