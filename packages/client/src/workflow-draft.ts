import { beginWorkflow, keysOfDefinition, type ResolvedWorkflow, resolveWorkflow } from '@dureq/dag'
import {
  CyclicDependencyError,
  checkKnown,
  checkName,
  Faults,
  isPlainObject,
  type NewInstance,
  present,
  SizeLimitError,
  toJsonText,
  ValidationError,
} from '@dureq/types'
import type { ClientCore } from './core.ts'

/** What may be said about a workflow when it is enqueued, besides its definition. */
export interface EnqueueWorkflowOptions {
  /** Makes the call repeatable: for 24 hours the same request id gives the same workflow. */
  readonly requestId?: string
}

/** What somebody wants to enqueue: nothing of it is checked. */
export interface WorkflowRequest {
  readonly definition: unknown
  /** Any JSON; undefined: none. */
  readonly input?: unknown
  readonly options?: EnqueueWorkflowOptions
}

/** A workflow that can be stored, and its definition in the stored form. */
export interface WorkflowDraft {
  readonly instance: NewInstance
  readonly definition: ResolvedWorkflow['definition']
}

/**
 * The workflow to store for a request.
 *
 * @throws ValidationError naming every fault of definition, input and options; SizeLimitError when the size of the input is
 *   the only one; CyclicDependencyError when tasks that wait for each other are.
 */
export function draftWorkflow(
  { definition, input, options = {} }: WorkflowRequest,
  { store: { limits }, newId }: Pick<ClientCore, 'store' | 'newId'>,
): WorkflowDraft {
  const faults = new Faults()
  const attempts = new Attempts(faults)
  const resolved = attempts.run(() => resolveWorkflow(definition, { limits }))
  const text = attempts.run(() =>
    input === undefined ? undefined : toJsonText(input, 'input', limits.payload),
  )
  checkOptions(options, faults)
  attempts.throwIfAny()
  const { definition: stored, hash, text: definitionText } = resolved as ResolvedWorkflow
  const concurrencyKeys = keysOfDefinition(stored)
  const id = newId()
  const instance = {
    id,
    kind: 'workflow' as const,
    name: stored.name,
    definition: { hash, text: definitionText },
    ...beginWorkflow({ id, resolved: resolved as ResolvedWorkflow, input: text }, newId),
    ...(concurrencyKeys.length > 0 && { concurrencyKeys }),
    ...present({ input: text, requestId: options.requestId }),
  }
  return { instance, definition: stored }
}

function checkOptions(options: EnqueueWorkflowOptions, faults: Faults): void {
  if (!isPlainObject(options)) return faults.add('options', 'must be an object')
  checkKnown(options, ['requestId'], '', faults)
  if (options.requestId !== undefined) checkName('requestId', options.requestId, 'requestId', faults)
}

/** Runs checks that throw, and throws what is most exact: the one error there was, or one that names all faults. */
class Attempts {
  readonly #faults: Faults
  readonly #errors: unknown[] = []

  constructor(faults: Faults) {
    this.#faults = faults
  }

  run<T>(check: () => T): T | undefined {
    try {
      return check()
    } catch (error) {
      this.#errors.push(error)
      for (const { field, problem, limit } of faultsOf(error)) this.#faults.add(field, problem, limit)
      return undefined
    }
  }

  throwIfAny(): void {
    const { found } = this.#faults
    if (this.#errors.length === 1 && faultsOf(this.#errors[0]).length === found.length) throw this.#errors[0]
    this.#faults.throwIfAny()
  }
}

function faultsOf(error: unknown): ValidationError['fields'] {
  if (ValidationError.is(error) || SizeLimitError.is(error)) return error.fields
  if (CyclicDependencyError.is(error)) return [{ field: 'tasks', problem: error.message }]
  throw error
}
