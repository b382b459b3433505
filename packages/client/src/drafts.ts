import { type NewJob, ValidationError } from '@dureq/types'

/** A job that can be stored, or what is wrong with it. */
export type Draft = NewJob | ValidationError

/** Makes all drafts, in order; awaits only where a schema is asynchronous. What is wrong becomes a value. */
export async function collectDrafts(
  makers: readonly (() => NewJob | Promise<NewJob>)[],
): Promise<readonly Draft[]> {
  const drafts: Draft[] = []
  for (const make of makers) {
    try {
      const drafted = make()
      drafts.push(drafted instanceof Promise ? await drafted : drafted)
    } catch (error) {
      if (!ValidationError.is(error)) throw error
      drafts.push(error)
    }
  }
  return drafts
}

/** Whether a draft can be stored. */
export function isStorable(draft: Draft): draft is NewJob {
  return !(draft instanceof Error)
}
