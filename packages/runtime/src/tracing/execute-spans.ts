import { type JobContext, type Middleware, PauseError, RepeatError, SkipError } from '@dureq/types'
import type { Context, Link, Span, SpanContext } from '@opentelemetry/api'
import { endWith, type TracingTools } from './tools.ts'

/** Spans of handlers. */
export interface ExecuteSpans {
  readonly middleware: Middleware
  /** The contexts of spans that have ended, by firing id, until somebody takes them. */
  readonly contexts: Map<string, SpanContext>
}

/** Contexts remembered: those whose outcome is never stored must not pile up. */
const MOST_CONTEXTS = 10_000

/**
 * Runs handlers inside consumer spans: children of the trace the job carries, so that one trace shows the whole way; of a firing
 * of a schedule a trace of its own, linked to who made the schedule, which may be years ago.
 */
export function createExecuteSpans(tools: TracingTools): ExecuteSpans {
  const { api, tracer } = tools
  const contexts = new Map<string, SpanContext>()

  const begin = (ctx: JobContext): { readonly span: Span; readonly context: Context } => {
    const carried = api.propagation.extract(api.ROOT_CONTEXT, ctx.headers)
    const isFiring = ctx.headers['x-dureq-scheduled-at'] !== undefined
    const creator = isFiring ? api.trace.getSpanContext(carried) : undefined
    const links: Link[] = creator === undefined ? [] : [{ context: creator }]
    const parent = isFiring ? api.ROOT_CONTEXT : carried
    const options = { kind: api.SpanKind.CONSUMER, attributes: attributesOf(ctx), links }
    const span = tracer.startSpan(`execute ${ctx.taskType}`, options, parent)
    return { span, context: api.trace.setSpan(parent, span) }
  }
  const remember = (firingId: string, span: Span): void => {
    if (!span.isRecording()) return
    contexts.set(firingId, span.spanContext())
    if (contexts.size <= MOST_CONTEXTS) return
    const [oldest] = contexts.keys()
    if (oldest !== undefined) contexts.delete(oldest)
  }
  const succeed = (span: Span, ctx: JobContext): void => {
    remember(ctx.firingId, span)
    span.end()
  }
  const fail = (span: Span, ctx: JobContext, error: unknown): void => {
    remember(ctx.firingId, span)
    if (SkipError.is(error) || RepeatError.is(error) || PauseError.is(error)) span.end()
    else endWith(tools, span, error)
  }
  const middleware: Middleware = (next) => (payload, ctx) => {
    const { span, context } = begin(ctx)
    return api.context.with(context, () => {
      let result: unknown
      try {
        result = next(payload, ctx)
      } catch (error) {
        fail(span, ctx, error)
        throw error
      }
      if (!(result instanceof Promise)) {
        succeed(span, ctx)
        return result
      }
      return result.then(
        (value: unknown) => {
          succeed(span, ctx)
          return value
        },
        (error: unknown) => {
          fail(span, ctx, error)
          throw error
        },
      )
    })
  }
  return { middleware, contexts }
}

function attributesOf(ctx: JobContext): Record<string, string | number> {
  const { workflow, batch } = ctx
  return {
    'messaging.system': 'dureq',
    'messaging.operation.name': 'execute',
    'messaging.operation.type': 'process',
    'messaging.destination.name': ctx.taskType,
    'messaging.message.id': ctx.firingId,
    'messaging.client.id': ctx.nodeId,
    'dureq.job.id': ctx.jobId,
    'dureq.run.id': ctx.runId,
    'dureq.run.attempt': ctx.attempt,
    ...(workflow !== undefined && {
      'dureq.workflow.id': workflow.id,
      'dureq.workflow.name': workflow.name,
      'dureq.workflow.task': workflow.task,
    }),
    ...(batch !== undefined && { 'dureq.batch.id': batch.id, 'dureq.batch.name': batch.name }),
  }
}
