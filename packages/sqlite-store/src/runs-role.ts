import type { RunsRole } from '@dureq/types'
import { advanceTime } from './advance.ts'
import { claimRuns } from './claim.ts'
import type { Core } from './core.ts'
import { extendLeases } from './extend.ts'
import { readMemos, writeMemos } from './memos.ts'
import { releaseRuns, settleRuns } from './settle.ts'
import { throttleKeys } from './throttle.ts'
import { waitForReasons } from './wait.ts'

/** Leases runs of firings to nodes, and moves time on. */
export function createRunsRole(core: Core): RunsRole {
  return {
    claim: (call, request) => claimRuns(core, call, request),
    extend: (call, beats) => extendLeases(core, call, beats),
    settle: (call, outcomes) => settleRuns(core, call, outcomes),
    release: (call, leases) => releaseRuns(core, call, leases),
    memo: (call, writes) => writeMemos(core, call, writes),
    memos: (lease) => core.read((db) => readMemos(db, lease)),
    throttle: (call, keys) => throttleKeys(core, call, keys),
    advance: (call, limit) => advanceTime(core, call, limit),
    wait: (request, options) => waitForReasons(core, request, options),
  }
}
