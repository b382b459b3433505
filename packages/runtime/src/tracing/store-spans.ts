import type { LeasedRun, StoreObserver } from '@dureq/types'
import type { Link, SpanContext } from '@opentelemetry/api'
import type { TracingTools } from './tools.ts'

/** Links of one span: exporters cut longer lists. */
const MOST_LINKS = 100

/**
 * Spans of the calls a worker makes for many jobs at once: each is a trace of its own, linked to those of the jobs. A claim that
 * found nothing leaves none.
 *
 * @param executed the contexts of handlers that have ended, by firing id: taken out when their outcome is stored.
 */
export function createStoreSpans(
  { api, tracer }: TracingTools,
  executed: Map<string, SpanContext>,
): Omit<StoreObserver, 'called'> {
  const tell = (operation: 'claim' | 'settle', told: Told): void => {
    const { count, links, durationMs } = told
    const endTime = Date.now()
    const attributes = {
      'messaging.system': 'dureq',
      'messaging.operation.name': operation,
      'messaging.operation.type': operation === 'claim' ? 'receive' : 'settle',
      'messaging.batch.message_count': count,
    }
    const options = { kind: api.SpanKind.CLIENT, startTime: endTime - durationMs, attributes, links }
    tracer.startSpan(operation, options, api.ROOT_CONTEXT).end(endTime)
  }
  const linksTo = (leases: readonly LeasedRun[]): Link[] =>
    leases.slice(0, MOST_LINKS).flatMap(({ headers }) => {
      const context = api.trace.getSpanContext(api.propagation.extract(api.ROOT_CONTEXT, headers))
      return context === undefined ? [] : [{ context }]
    })
  const takeLink = (firingId: string): Link[] => {
    const context = executed.get(firingId)
    executed.delete(firingId)
    return context === undefined ? [] : [{ context }]
  }
  return {
    claimed: (leases, durationMs) =>
      tell('claim', { count: leases.length, links: linksTo(leases), durationMs }),
    settled(outcomes, _, durationMs) {
      const links = outcomes.flatMap(({ firingId }) => takeLink(firingId)).slice(0, MOST_LINKS)
      tell('settle', { count: outcomes.length, links, durationMs })
    },
    released(leases) {
      for (const { firingId } of leases) executed.delete(firingId)
    },
  }
}

interface Told {
  readonly count: number
  readonly links: Link[]
  readonly durationMs: number
}
