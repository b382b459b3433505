import type { Middleware, StoreObserver } from '@dureq/types'
import { createExecuteSpans } from './execute-spans.ts'
import { type Api, findOpenTelemetry, isSetUp } from './opentelemetry.ts'
import { type Produced, produce, type TraceHeaders } from './produce.ts'
import { createStoreSpans } from './store-spans.ts'
import type { TracingTools } from './tools.ts'

/**
 * Spans of what happens to jobs. The trace of whoever enqueues travels in the headers of the job (as the propagator of the
 * application writes it, by default `traceparent` and `tracestate`) into the handler.
 */
export interface Tracing {
  /** The application has set OpenTelemetry up: there are spans, and something to carry. */
  readonly isActive: boolean
  /**
   * Sends something inside a producer span, a child of the active one; what is sent has to carry the headers it is given, if
   * any.
   */
  produce<Reply>(what: Produced, send: (headers?: TraceHeaders) => Promise<Reply>): Promise<Reply>
  /** What a worker does with its jobs; undefined while the application has not set OpenTelemetry up. */
  createWorkerTracing(): WorkerTracing | undefined
}

/** The spans of one worker. */
export interface WorkerTracing {
  /** Goes around every handler: the outermost. */
  readonly middleware: Middleware
  /** Is told of claims and settles. */
  readonly observer: Omit<StoreObserver, 'called'>
}

/** Tracing where `@opentelemetry/api` is installed; undefined, and without any cost, where it is not. */
export function findTracing(): Tracing | undefined {
  const api = findOpenTelemetry()
  return api && createTracing(api)
}

function createTracing(api: Api): Tracing {
  // Asked for anew each time: what was asked for before the application has set things up would stay without effect.
  const toolsNow = (): TracingTools => ({ api, tracer: api.trace.getTracer('dureq') })
  return {
    get isActive() {
      return isSetUp(api)
    },
    produce: (what, send) => produce(toolsNow(), what, send),
    createWorkerTracing() {
      if (!isSetUp(api)) return undefined
      const tools = toolsNow()
      const { middleware, contexts } = createExecuteSpans(tools)
      return { middleware, observer: createStoreSpans(tools, contexts) }
    },
  }
}
