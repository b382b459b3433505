import { endWith, type TracingTools } from './tools.ts'

/** Headers that carry a trace. */
export type TraceHeaders = Readonly<Record<string, string>>

/** What is sent. */
export interface Produced {
  /** `enqueue` jobs, or `start` a workflow or batch. */
  readonly operation: 'enqueue' | 'start'
  /** The task type, or the name of the definition. */
  readonly name: string
  /** How many are sent at once. Default: 1. */
  readonly count?: number
}

/**
 * Sends inside a producer span, a child of the active one. Without a propagator there is nothing to carry.
 */
export async function produce<Reply>(
  { api, tracer }: TracingTools,
  { operation, name, count = 1 }: Produced,
  send: (headers?: TraceHeaders) => Promise<Reply>,
): Promise<Reply> {
  const attributes = {
    'messaging.system': 'dureq',
    'messaging.operation.name': operation,
    'messaging.operation.type': 'send',
    'messaging.destination.name': name,
    ...(count > 1 && { 'messaging.batch.message_count': count }),
  }
  const span = tracer.startSpan(`${operation} ${name}`, { kind: api.SpanKind.PRODUCER, attributes })
  const headers: Record<string, string> = {}
  api.propagation.inject(api.trace.setSpan(api.context.active(), span), headers)
  try {
    const reply = await (Object.keys(headers).length === 0 ? send() : send(headers))
    span.end()
    return reply
  } catch (error) {
    endWith({ api }, span, error)
    throw error
  }
}
