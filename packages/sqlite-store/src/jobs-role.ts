import type { JobsRole } from '@dureq/types'
import { awaitRoom } from './await-room.ts'
import { commandJobs } from './command.ts'
import type { Core } from './core.ts'
import { enqueueJobs } from './enqueue.ts'
import { readJobs } from './job-rows.ts'
import { holderOf, releaseKey } from './keys.ts'
import { callInPieces } from './piecewise-call.ts'

/** One piece releases at most this many keys. */
const PIECE_KEYS = 500

/** Accepts jobs and obeys orders about them. */
export function createJobsRole(core: Core): JobsRole {
  return {
    enqueue: (call, jobs) => enqueueJobs(core, call, jobs),
    awaitRoom: (taskType, options) => awaitRoom(core, taskType, options),
    get: (ids) => core.read((db) => readJobs(db, ids)),
    command: (call, commands) => commandJobs(core, call, commands),
    lookupUniqueKeys: (keys) => core.read((db) => keys.map((key) => holderOf(db, key))),
    async releaseUniqueKeys(call, keys) {
      const free = await callInPieces<string, number>(core, {
        call,
        items: keys,
        patience: 'ordinary',
        weigh: () => 1 / PIECE_KEYS,
        work: ({ db }, piece, from) => piece.flatMap((key, i) => (releaseKey(db, key) ? [] : [from + i])),
      })
      const wereFree = new Set(free)
      return keys.map((_, i) => !wereFree.has(i))
    },
  }
}
