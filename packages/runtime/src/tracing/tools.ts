import type { Span, Tracer } from '@opentelemetry/api'
import type { Api } from './opentelemetry.ts'

/** What makes spans. */
export interface TracingTools {
  readonly api: Api
  readonly tracer: Tracer
}

/** Ends a span with the error its work ended with. */
export function endWith({ api }: Pick<TracingTools, 'api'>, span: Span, error: unknown): void {
  const { message } = error as Partial<Error>
  span.recordException(error instanceof Error ? error : String(error))
  span.setStatus({ code: api.SpanStatusCode.ERROR, message: message ?? String(error) })
  span.end()
}
