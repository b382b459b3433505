import type { SizeLimits, WorkflowDefinition } from '@dureq/types'
import { beginningOf } from './beginning.ts'
import { isSamePlain, type PlainCopy, plainCopy } from './plain-copy.ts'
import type { ResolvedWorkflow } from './resolve.ts'

/** A definition as it was when it was last resolved. */
interface Known {
  readonly copy: PlainCopy
  readonly limits: SizeLimits
  readonly resolved: ResolvedWorkflow
}

/** undefined: met once, which most are never again. */
const met = new WeakMap<object, Known | undefined>()

/**
 * What a definition was resolved to before, if it is the same object and nothing in it has changed since: most programs enqueue a
 * few definitions again and again, and to compare one takes a tenth of what it takes to check it.
 */
export function recallResolved(value: unknown, limits: SizeLimits): ResolvedWorkflow | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const known = met.get(value)
  if (known === undefined || known.limits !== limits || !isSamePlain(bare(value), known.copy))
    return undefined
  // Whoever is given it may change it.
  const definition = plainCopy(known.resolved.definition) as unknown as WorkflowDefinition
  return { ...known.resolved, definition }
}

/** Notes what a definition was resolved to. */
export function noteResolved(value: unknown, limits: SizeLimits, resolved: ResolvedWorkflow): void {
  if (typeof value !== 'object' || value === null) return
  if (!met.has(value)) return void met.set(value, undefined)
  const [copy, definition] = [plainCopy(bare(value)), plainCopy(resolved.definition)]
  if (copy === undefined || definition === undefined) return
  const own = definition as unknown as WorkflowDefinition
  met.set(value, { copy, limits, resolved: { ...resolved, definition: own, beginning: beginningOf(own) } })
}

/** A builder without its methods; anything else as it is. */
function bare(value: object): object {
  const prototype = Object.getPrototypeOf(value) as object | null
  if (prototype === null || prototype === Object.prototype || !isOfMethods(prototype)) return value
  return { ...value }
}

/** Whether nothing but methods can be inherited from it. */
function isOfMethods(prototype: object): boolean {
  return (
    Object.isFrozen(prototype) &&
    Object.getPrototypeOf(prototype) === Object.prototype &&
    Object.values(prototype).every((member) => typeof member === 'function')
  )
}
