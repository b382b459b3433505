import type { CreateOutcome, InstanceHead, NewInstance } from '@dureq/types'

/** The head of an instance that was just created: nothing has happened to it but that. */
export function freshHead(
  instance: NewInstance,
  { id, createdAt }: Extract<CreateOutcome, { readonly kind: 'created' }>,
): InstanceHead {
  const { requestId: _, parts: __, definition, names = [], open, ...rest } = instance
  return {
    ...rest,
    id,
    createdAt,
    updatedAt: createdAt,
    status: 'running',
    version: 1,
    definitionHash: definition.hash,
    size: names.length,
    ...(open === true && { open }),
  }
}
