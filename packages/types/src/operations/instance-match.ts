import type { SearchQuery } from './history.ts'

/** A look into one of the texts of an instance. */
export interface InstanceMatch {
  /** What it is looked for in: the input, or the text of the definition. */
  readonly text: 'input' | 'definition'
  /** What `payloadHolds` is to look for there. */
  readonly query: Pick<SearchQuery, 'path' | 'value'>
}

/**
 * Where an instance keeps what it was started with: a workflow in its input, a batch in its definition, as `onetimePayload`.
 */
export function instanceMatch(
  kind: 'workflow' | 'batch',
  { path, value }: Pick<SearchQuery, 'path' | 'value'>,
): InstanceMatch {
  return kind === 'workflow'
    ? { text: 'input', query: { path, value } }
    : { text: 'definition', query: { path: ['onetimePayload', ...path], value } }
}
