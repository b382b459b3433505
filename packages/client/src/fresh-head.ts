import { type CreateOutcome, type InstanceHead, type NewInstance, present } from '@dureq/types'

/** The head of an instance that was just created: nothing has happened to it but that. */
export function freshHead(
  instance: NewInstance,
  { id, createdAt }: Extract<CreateOutcome, { readonly kind: 'created' }>,
): InstanceHead {
  const { kind, name, state, definition, names = [], open, input, parent, continuedFrom } = instance
  return {
    id,
    kind,
    name,
    state,
    createdAt,
    updatedAt: createdAt,
    status: 'running',
    version: 1,
    definitionHash: definition.hash,
    size: names.length,
    ...present({ input, parent, continuedFrom, open: open === true ? open : undefined }),
  }
}
