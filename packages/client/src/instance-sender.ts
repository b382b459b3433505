import { createTickBatcher, type TraceHeaders } from '@dureq/runtime'
import { type CreateOutcome, type NewInstance, present } from '@dureq/types'
import { type ClientCore, MAX_ITEMS } from './core.ts'
import { cutIntoPieces, replyOf, sendPieces } from './pieces.ts'

/** Hands new workflows or batches to the store. Those of one tick travel together, in the order in which they were enqueued. */
export type InstanceSender = (instance: NewInstance) => Promise<CreateOutcome>

/** A call holds the store up for as long as it takes, so it is cut at about 4 MiB of text. */
const MAX_TEXT_UNITS = 4 * 1024 * 1024

/** A workflow brings the jobs it begins with: so many leave at once, that the store begins while the next ones are made. */
const EAGER_ITEMS = 16

/** A sender of one client. */
export function createInstanceSender({
  store,
  caller,
  instances,
  tracing,
}: Pick<ClientCore, 'store' | 'caller' | 'instances' | 'tracing'>): InstanceSender {
  const limits = { maxItems: MAX_ITEMS, maxWeight: MAX_TEXT_UNITS, weigh }
  const batcher = createTickBatcher(
    (created: readonly NewInstance[]) =>
      sendPieces(cutIntoPieces(created, limits), (piece) =>
        caller.call((key) => store.instances.create(key, piece)),
      ),
    { eagerItems: EAGER_ITEMS },
  )
  const send = async (instance: NewInstance): Promise<CreateOutcome> => {
    const outcome = replyOf(await batcher.add(instance))
    if (outcome.kind === 'created') instances.kinds.note(outcome.id, instance.kind)
    return outcome
  }
  if (tracing === undefined) return send
  return (instance) => {
    if (!tracing.isActive) return send(instance)
    return tracing.produce({ operation: 'start', name: instance.name }, (headers) =>
      send(headers === undefined ? instance : withTrace(instance, headers)),
    )
  }
}

/** Every job of it carries the trace, as its state says. */
function withTrace(instance: NewInstance, headers: TraceHeaders): NewInstance {
  const state = JSON.parse(instance.state) as Readonly<Record<string, unknown>>
  const begins = instance.begins?.map((job) => ({ ...job, headers }))
  return { ...instance, state: JSON.stringify({ ...state, headers }), ...present({ begins }) }
}

function weigh({ definition, input = '', parts = [], begins = [] }: NewInstance): number {
  const ofJobs = begins.reduce((sum, { payload }) => sum + payload.length, 0)
  const ofParts = parts.reduce((sum, { text = '' }) => sum + text.length, 0)
  return definition.text.length + input.length + ofJobs + ofParts
}
