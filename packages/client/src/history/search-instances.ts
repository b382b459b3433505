import { checkName, type InstanceHead, type InstanceSearchPage, type JsonValue, present } from '@dureq/types'
import type { ClientCore } from '../core.ts'
import { readSearch, type SearchOptions, searchRequest } from './search.ts'
import type { ValuePath } from './value-path.ts'

/** What to look for in what workflows or batches were started with. */
export interface InstanceSearch {
  /** The way to the value, in the input of a workflow or the `onetimePayload` of a batch. */
  readonly path: ValuePath
  /** Must be equal in type and value: `"1"` is not `1`; objects are equal whatever the order of their members. */
  readonly value: JsonValue
  /** Of the definition. */
  readonly name?: string
}

/** One page of heads, shown as `show` shows them. */
export async function searchInstances<Shown>(
  { inspector }: Pick<ClientCore['store'], 'inspector'>,
  kind: 'workflow' | 'batch',
  asked: { readonly search: InstanceSearch; readonly options: SearchOptions },
  show: (head: InstanceHead) => Promise<Shown | undefined>,
): Promise<Omit<InstanceSearchPage, 'rows'> & { readonly shown: readonly Shown[] }> {
  const { search, options } = asked
  const { name, ...looked } = search ?? {}
  const query = readSearch(search, looked, (faults) => {
    if (name !== undefined) checkName(kind, name, 'name', faults)
  })
  const page = await inspector.searchInstances(
    kind,
    { ...query, ...present({ name }) },
    searchRequest(options),
  )
  const { rows, ...rest } = page
  const shown = await Promise.all(rows.map(show))
  return { ...rest, shown: shown.filter((each) => each !== undefined) }
}
