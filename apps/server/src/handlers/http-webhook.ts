import type { JsonValue } from '@dureq/types'
import { defineTask, NonRetryableError, type Worker } from '@dureq/worker'

interface WebhookPayload {
  readonly url: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: JsonValue
  readonly timeout_seconds?: number
}

interface WebhookResult {
  readonly status_code: number
  readonly body?: JsonValue
}

const webhook = defineTask<WebhookPayload, WebhookResult>({
  type: 'http-webhook',
  payload: {
    type: 'object',
    properties: {
      url: { type: 'string', minLength: 1 },
      method: { type: 'string', minLength: 1 },
      headers: { type: 'object', additionalProperties: { type: 'string' } },
      body: true,
      timeout_seconds: { type: 'number', exclusiveMinimum: 0, maximum: 60 },
    },
    required: ['url'],
  },
})

const DEFAULT_TIMEOUT_SECONDS = 30
const MOST_BYTES = 1024 * 1024

/**
 * Registers `http-webhook {url, method?, headers?, body?, timeout_seconds?}`: twenty at once, within 60 s. No answer and
 * status 500 and above are tried again; 400 and above, or a request that cannot be made, are not.
 */
export function handleHttpWebhook(worker: Worker): void {
  worker.handle(webhook, (payload, { signal }) => call(payload, signal), { concurrency: 20, timeout: '60s' })
}

async function call(payload: WebhookPayload, signal: AbortSignal): Promise<WebhookResult> {
  const timeout = AbortSignal.timeout((payload.timeout_seconds ?? DEFAULT_TIMEOUT_SECONDS) * 1_000)
  const response = await fetch(requestOf(payload), { signal: AbortSignal.any([signal, timeout]) })
  const text = await readAtMost(response, MOST_BYTES)
  if (response.status >= 500) throw new Error(`webhook returned ${response.status}`)
  if (response.status >= 400) throw new NonRetryableError(`webhook returned ${response.status}`)
  const body = parse(text)
  return body === undefined ? { status_code: response.status } : { status_code: response.status, body }
}

/** @throws NonRetryableError when there can be no such request. */
function requestOf({ url, method = 'POST', headers, body }: WebhookPayload): Request {
  try {
    if (!/^https?:/i.test(url)) throw new TypeError('url must begin with http:// or https://')
    const all = new Headers(headers)
    if (body === undefined) return new Request(url, { method, headers: all })
    if (!all.has('content-type')) all.set('content-type', 'application/json')
    return new Request(url, { method, headers: all, body: JSON.stringify(body) })
  } catch (error) {
    throw new NonRetryableError(error)
  }
}

/** The text of a response; undefined when it is longer than `limit` bytes. */
async function readAtMost(response: Response, limit: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > limit) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parse(text: string | undefined): JsonValue | undefined {
  if (text === undefined || text === '') return undefined
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}
