import { type EngineTools, receiveMail } from '@dureq/runtime'
import {
  type GroupSetting,
  groupSettingOf,
  type InstanceCommit,
  type MailBag,
  type MailQueue,
} from '@dureq/types'
import { PARKED, parked, passedOn, taskTypeOf } from './group-steps.ts'

const QUEUES: readonly MailQueue[] = [PARKED]
/** Groups received in one call, and steps carried out in one. */
const PIECE = 500
/** Long enough that none comes twice in one look. */
const LEASE_MS = 60_000

/**
 * Looks once at every group that no aggregator was for, and gives those to whom they are for by now that have one. To be
 * called when the settings have changed: nothing else brings parked groups to anybody.
 */
export async function revisitParked(tools: EngineTools, settings: readonly GroupSetting[]): Promise<void> {
  for (const commits of piecesOf(await receiveParked(tools), settings)) {
    const { ended } = await tools.caller.call((key) => tools.store.mailboxes.commit(key, commits))
    tools.onEnded(ended)
  }
}

/** All of them: those received are leased, so each comes once. */
async function receiveParked(tools: EngineTools): Promise<readonly MailBag[]> {
  const bags = new Map<string, MailBag>()
  for (;;) {
    const reply = await receiveMail(tools, { queues: QUEUES, batchSize: PIECE, leaseMs: LEASE_MS })
    const before = bags.size
    for (const bag of reply.bags) bags.set(bag.head.id, bag)
    if (bags.size === before) return [...bags.values()]
  }
}

function* piecesOf(
  bags: readonly MailBag[],
  settings: readonly GroupSetting[],
): Generator<readonly InstanceCommit[], void> {
  for (let from = 0; from < bags.length; from += PIECE)
    yield bags.slice(from, from + PIECE).map((bag) => {
      const { key } = groupSettingOf(settings, bag.head.name, taskTypeOf(bag))
      return key === '' ? parked(bag) : passedOn(bag, key)
    })
}
