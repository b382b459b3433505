import type { OptionSchema } from './option.ts'

/** Whether an option, or a member of the objects it lists, must not be printed. */
export function isSecret({ secret, items }: OptionSchema): boolean {
  return secret === true || (items?.type === 'object' && Object.values(items.properties).some(isMarked))
}

/** Whether a schema is marked as secret itself. */
export function isMarked(schema: object): boolean {
  return 'secret' in schema && schema.secret === true
}
