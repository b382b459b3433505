import type { JsonSchema, JsonValue } from '@dureq/types'
import { USER_DATA } from '../schemas/shared.ts'
import type { Redactor } from './redactor.ts'

/** Shows an answer as its rules want it: the same where nothing of it is hidden, else a copy. */
export type AnswerPlan = (answer: unknown, redactor: Redactor) => unknown

/**
 * Where user data stand in answers of a schema, by the marks in it; undefined: nowhere. Made once a schema, so that an answer costs
 * what its user data cost.
 */
export function planAnswer(schema: JsonSchema): AnswerPlan | undefined {
  return new Planner(schema).plan(schema)
}

class Planner {
  readonly #definitions: Readonly<Record<string, JsonSchema>>
  /** Definitions hold themselves: one under way is looked up when it is needed. */
  readonly #planned = new Map<string, { plan: AnswerPlan | undefined }>()

  constructor({ $defs = {} }: JsonSchema) {
    this.#definitions = $defs as Readonly<Record<string, JsonSchema>>
  }

  plan(schema: JsonSchema): AnswerPlan | undefined {
    const path = schema[USER_DATA] as readonly string[] | undefined
    if (path !== undefined) return (value, redactor) => redactor.member(value as JsonValue, path)
    const plans = [
      this.#ofReference(schema),
      ...[schema['anyOf'], schema['oneOf'], schema['allOf']].flatMap((each) =>
        ((each ?? []) as readonly JsonSchema[]).map((inner) => this.plan(inner)),
      ),
      this.#ofMembers(schema),
      this.#ofItems(schema),
    ].filter((plan) => plan !== undefined)
    if (plans.length === 0) return undefined
    return (value, redactor) => plans.reduce((shown, plan) => plan(shown, redactor), value)
  }

  #ofReference({ $ref }: JsonSchema): AnswerPlan | undefined {
    if (typeof $ref !== 'string') return undefined
    const known = this.#planned.get($ref)
    if (known !== undefined) return (value, redactor) => known.plan?.(value, redactor) ?? value
    const entry: { plan: AnswerPlan | undefined } = { plan: undefined }
    this.#planned.set($ref, entry)
    entry.plan = this.plan(this.#definitions[$ref.replace('#/$defs/', '')] ?? {})
    return entry.plan
  }

  #ofMembers({ properties = {}, additionalProperties }: JsonSchema): AnswerPlan | undefined {
    const named = new Map<string, AnswerPlan>()
    for (const [name, inner] of Object.entries(properties as Readonly<Record<string, JsonSchema>>)) {
      const plan = this.plan(inner)
      if (plan !== undefined) named.set(name, plan)
    }
    const others = isSchema(additionalProperties) ? this.plan(additionalProperties) : undefined
    if (named.size === 0 && others === undefined) return undefined
    return (value, redactor) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
      let shown = value as Record<string, unknown>
      for (const [name, member] of Object.entries(value)) {
        const plan = named.get(name) ?? others
        const hidden = plan === undefined || member === undefined ? member : plan(member, redactor)
        if (hidden !== member) shown = { ...shown, [name]: hidden }
      }
      return shown
    }
  }

  #ofItems({ items }: JsonSchema): AnswerPlan | undefined {
    const plan = isSchema(items) ? this.plan(items) : undefined
    if (plan === undefined) return undefined
    return (value, redactor) => (Array.isArray(value) ? value.map((item) => plan(item, redactor)) : value)
  }
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null
}
