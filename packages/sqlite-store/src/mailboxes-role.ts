import type { MailboxesRole } from '@dureq/types'
import { commitSteps } from './commit.ts'
import type { Core } from './core.ts'
import { extendMail } from './extend-mail.ts'
import { readMarked, readParts, readPlaces } from './parts.ts'
import { readDefinitions } from './read-instances.ts'
import { receiveMail } from './receive.ts'
import { arePending, readSignalStats, readSignals, takeSignals } from './signal-rows.ts'
import { callOnce } from './single-call.ts'
import type { Step } from './step.ts'

/** What engines live on. */
export function createMailboxesRole(core: Core): MailboxesRole {
  return {
    receive: (call, request) => receiveMail(core, call, request),
    extend: (call, mail, leaseMs) => callOnce(core, call, (step) => extendMail(step, mail, leaseMs)),
    parts: (id, names) => core.read((db) => readParts(db, id, names)),
    marked: (id, mark, range) => core.read((db) => readMarked(db, id, { mark, ...range })),
    places: (id, mark, names) => core.read((db) => readPlaces(db, id, { mark, names })),
    commit: (call, commits) => commitSteps(core, call, commits),
    signals: (id, filter) => core.read((db) => readSignals(db, id, filter)),
    acknowledge: (call, id, signalIds) => callOnce(core, call, (step) => acknowledge(step, id, signalIds)),
    signalStats: (ids) => core.read((db) => readSignalStats(db, ids)),
    definitions: (hashes) => core.read((db) => readDefinitions(db, hashes)),
  }
}

function acknowledge(step: Step, id: string, signalIds: readonly string[]): readonly boolean[] {
  const [stored] = step.instances.byIds(step, [id])
  if (stored === undefined) return signalIds.map(() => false)
  const arePendingNow = arePending(step.db, stored.seq, signalIds)
  takeSignals(step, stored, signalIds)
  return arePendingNow.map((isPending, i) => isPending && signalIds.indexOf(signalIds[i] as string) === i)
}
