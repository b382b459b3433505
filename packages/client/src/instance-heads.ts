import { createTickBatcher } from '@dureq/runtime'
import type { InstanceHead, InstanceKind } from '@dureq/types'
import { type ClientStore, MAX_ITEMS } from './core.ts'
import { createInstanceKinds, type InstanceKinds } from './instance-kinds.ts'

/** Reads heads of instances; those of one tick travel together. */
export interface InstanceHeads {
  /** The head of an instance of this kind; undefined when there is none (any more). */
  head(kind: InstanceKind, id: string): Promise<InstanceHead | undefined>
  readonly kinds: InstanceKinds
}

/** The heads of the instances of a store. */
export function createInstanceHeads(store: Pick<ClientStore, 'instances'>): InstanceHeads {
  const heads = createTickBatcher((ids: readonly string[]) => store.instances.get(ids), {
    maxItems: MAX_ITEMS,
  })
  const kinds = createInstanceKinds((id) => heads.add(id))
  return {
    kinds,
    async head(kind, id) {
      const found = await heads.add(id)
      if (found !== undefined) kinds.note(id, found.kind)
      return found?.kind === kind ? found : undefined
    },
  }
}
