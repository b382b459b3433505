import { createTickBatcher, type EngineTools } from '@dureq/runtime'
import {
  type CommitOutcome,
  type GroupSetting,
  groupSettingOf,
  type InstanceCommit,
  type InstanceHead,
  type JsonValue,
  type MailBag,
  toJsonText,
} from '@dureq/types'
import { type AggregationBounds, aggregate } from './aggregation.ts'
import { failed, flushed, PARKED, parked, passedOn, stateOf, taskTypeOf } from './group-steps.ts'
import type { MailKeeper } from './mail-keeper.ts'
import type { ResolvedGroup } from './resolved-group.ts'

/** What a flusher needs besides. */
export interface FlusherOptions extends EngineTools, AggregationBounds {
  readonly groups: ReadonlyMap<string, ResolvedGroup>
  /** Keeps the mail while it is put together. */
  readonly keeper: MailKeeper
  /** Most bytes of a payload. */
  readonly payloadLimit: number
}

/** What was true when mail was received. */
export interface FlushTime {
  /** The store's clock, and the node's. */
  readonly storeNow: number
  readonly nodeNow: number
  readonly settings: readonly GroupSetting[]
}

/**
 * Makes one job of a complete group, or hands it on. Says whether it had to be parked, because nobody was for it. Rejects when the
 * store does not answer; the mail then comes again.
 */
export type Flusher = (bag: MailBag, time: FlushTime) => Promise<boolean>

/** Parts read in one call, and steps carried out in one. */
const PIECE = 500
const COMMITS = 50

/** A flusher. Steps that are decided in one tick travel together. */
export function createFlusher(options: FlusherOptions): Flusher {
  const { store, caller, clock, newId, onEnded, stopping } = options
  const batcher = createTickBatcher<InstanceCommit, CommitOutcome>(
    async (commits) => {
      const { outcomes, ended } = await caller.call((key) => store.mailboxes.commit(key, commits))
      onEnded(ended)
      return outcomes
    },
    { maxItems: COMMITS },
  )
  const decide = async (
    bag: MailBag,
    { settings, storeNow, nodeNow }: FlushTime,
  ): Promise<InstanceCommit> => {
    const { head } = bag
    const taskType = taskTypeOf(bag)
    const { key } = groupSettingOf(settings, head.name, taskType)
    const group = options.groups.get(key)
    if (group === undefined) return key === '' ? parked(bag) : passedOn(bag, key)
    const payloads = await readPayloads(store.mailboxes, head)
    try {
      const attempt = (stateOf(bag).attempts ?? 0) + 1
      const made = await aggregate(
        { head, taskType, attempt, payloads, aggregator: group.aggregator },
        options,
      )
      const payload = toJsonText(made, 'payload', options.payloadLimit)
      return flushed(bag, { taskType, payload, newId })
    } catch (cause) {
      if (stopping.aborted) throw cause
      const error = cause instanceof Error ? cause.message : String(cause)
      return failed(bag, taskType, { error, now: storeNow + clock.now() - nodeNow })
    }
  }
  return async (bag, time) => {
    const release = options.keeper.keep(bag.head)
    try {
      const step = await decide(bag, time)
      await batcher.add(step)
      return step.queue === PARKED
    } finally {
      release()
    }
  }
}

async function readPayloads(
  mailboxes: EngineTools['store']['mailboxes'],
  { id, size }: InstanceHead,
): Promise<readonly JsonValue[]> {
  const payloads: JsonValue[] = []
  for (let from = 0; from < size; from += PIECE) {
    const names = Array.from({ length: Math.min(PIECE, size - from) }, (_, i) => `m:${from + i}`)
    for (const part of await mailboxes.parts(id, names)) {
      if (part === undefined) throw new Error(`a message of group ${id} is gone`)
      payloads.push((JSON.parse(part.text) as readonly [string, number, JsonValue])[2])
    }
  }
  return payloads
}
