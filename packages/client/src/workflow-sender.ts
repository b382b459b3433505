import { createTickBatcher } from '@dureq/runtime'
import type { CreateOutcome, NewInstance } from '@dureq/types'
import { type ClientCore, MAX_ITEMS } from './core.ts'
import { cutIntoPieces, replyOf, sendPieces } from './pieces.ts'

/** Hands new workflows to the store. Those of one tick travel together, in the order in which they were enqueued. */
export type WorkflowSender = (instance: NewInstance) => Promise<CreateOutcome>

/** A call holds the store up for as long as it takes, so it is cut at about 4 MiB of definitions and inputs. */
const MAX_TEXT_UNITS = 4 * 1024 * 1024

/** A sender of one client. */
export function createWorkflowSender({
  store,
  caller,
}: Pick<ClientCore, 'store' | 'caller'>): WorkflowSender {
  const weigh = ({ definition, input = '' }: NewInstance): number => definition.text.length + input.length
  const limits = { maxItems: MAX_ITEMS, maxWeight: MAX_TEXT_UNITS, weigh }
  const batcher = createTickBatcher((instances: readonly NewInstance[]) =>
    sendPieces(cutIntoPieces(instances, limits), (piece) =>
      caller.call((key) => store.instances.create(key, piece)),
    ),
  )
  return async (instance) => replyOf(await batcher.add(instance))
}
