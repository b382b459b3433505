/** How one option of the configuration is described: JSON Schema, and what the server itself needs to know of it. */
export interface OptionSchema {
  readonly type: 'string' | 'integer' | 'boolean' | 'array' | 'object'
  readonly description: string
  readonly default?: string | number | boolean | readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly pattern?: string
  /** What is said of a value that does not match `pattern`. */
  readonly mustBe?: string
  readonly enum?: readonly string[]
  readonly items?: ItemSchema
  /** Never printed; its variable has a twin that ends in `_FILE` and names a file that holds it. */
  readonly secret?: true
  /** Names files that must exist; relative to the configuration file, in the variable to the working directory. */
  readonly file?: true
}

/** What a list holds: texts, or objects of a few members. */
export type ItemSchema =
  | {
      readonly type: 'string'
      readonly minLength: 1
      readonly enum?: readonly string[]
      readonly pattern?: string
      readonly mustBe?: string
    }
  | {
      readonly type: 'object'
      readonly required: readonly string[]
      readonly properties: Readonly<Record<string, object>>
      readonly additionalProperties: false
    }

/** The options of one group, each of whose members is described. */
export type Options<Group> = { readonly [Name in keyof Group]-?: OptionSchema }

/** A tree of groups and options. */
export interface OptionTree {
  readonly [name: string]: OptionSchema | OptionTree
}

export const DAY_MS: number = 24 * 60 * 60 * 1_000

/** A text that is not empty. */
export const text: { readonly type: 'string'; readonly minLength: 1 } = { type: 'string', minLength: 1 }

/** `host:port`, several times. */
export const addresses: Pick<OptionSchema, 'type' | 'items'> = {
  type: 'array',
  items: { ...text, pattern: '^\\S+:\\d{1,5}$', mustBe: 'must be host:port' },
}

/** Whether a member of the tree is an option, not a group. */
export function isOption(member: OptionSchema | OptionTree): member is OptionSchema {
  return typeof member['type'] === 'string' && typeof member['description'] === 'string'
}
