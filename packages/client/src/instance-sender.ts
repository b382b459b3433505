import { createTickBatcher } from '@dureq/runtime'
import type { CreateOutcome, NewInstance } from '@dureq/types'
import { type ClientCore, MAX_ITEMS } from './core.ts'
import { cutIntoPieces, replyOf, sendPieces } from './pieces.ts'

/** Hands new workflows or batches to the store. Those of one tick travel together, in the order in which they were enqueued. */
export type InstanceSender = (instance: NewInstance) => Promise<CreateOutcome>

/** A call holds the store up for as long as it takes, so it is cut at about 4 MiB of text. */
const MAX_TEXT_UNITS = 4 * 1024 * 1024

/** A sender of one client. */
export function createInstanceSender({
  store,
  caller,
  instances,
}: Pick<ClientCore, 'store' | 'caller' | 'instances'>): InstanceSender {
  const limits = { maxItems: MAX_ITEMS, maxWeight: MAX_TEXT_UNITS, weigh }
  const batcher = createTickBatcher((created: readonly NewInstance[]) =>
    sendPieces(cutIntoPieces(created, limits), (piece) =>
      caller.call((key) => store.instances.create(key, piece)),
    ),
  )
  return async (instance) => {
    const outcome = replyOf(await batcher.add(instance))
    if (outcome.kind === 'created') instances.kinds.note(outcome.id, instance.kind)
    return outcome
  }
}

function weigh({ definition, input = '', parts = [] }: NewInstance): number {
  return parts.reduce((sum, { text = '' }) => sum + text.length, definition.text.length + input.length)
}
