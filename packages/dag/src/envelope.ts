import type { JsonText } from '@dureq/types'

/**
 * What a task with `resultFrom` receives: `{ upstream, original }`, an `UpstreamPayload`. Both go in as they are, so no
 * number and no text changes on its way.
 *
 * @param upstream what the task it names returned.
 * @param original its own payload; null where it has none.
 */
export function upstreamPayload(upstream: JsonText, original: JsonText = 'null'): JsonText {
  return `{"upstream":${upstream},"original":${original}}`
}
