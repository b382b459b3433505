import { createRequire } from 'node:module'
import type * as OpenTelemetry from '@opentelemetry/api'

/** The API of OpenTelemetry. */
export type Api = typeof OpenTelemetry

let found: Api | null | undefined

/** The API if the application has installed it; looked for once. */
export function findOpenTelemetry(): Api | undefined {
  found ??= load()
  return found ?? undefined
}

/** Whether the application has set it up: until then its spans are nothing, and nothing is to be done for them. */
export function isSetUp({ trace, ProxyTracerProvider }: Api): boolean {
  const provider = trace.getTracerProvider()
  return !(provider instanceof ProxyTracerProvider) || provider.getDelegateTracer('dureq') !== undefined
}

function load(): Api | null {
  try {
    // It is CommonJS, so it needs no promise, and a client can be made without one.
    return createRequire(import.meta.url)('@opentelemetry/api') as Api
  } catch {
    return null
  }
}
