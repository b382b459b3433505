import { beginWorkflow, childDefinition, MAX_DEPTH, type ResolvedWorkflow } from '@dureq/dag'
import type { JsonText, NewInstance, WorkflowDefinition } from '@dureq/types'
import type { Draft } from './draft.ts'
import { taskFacts } from './tasks.ts'

/** Creates the workflow that carries a task out, unless it would stand too deep. */
export function createChild(
  draft: Draft,
  name: string,
  input: JsonText | undefined,
): { readonly id: string } | { readonly error: string } {
  const depth = draft.state.depth + 1
  if (depth > MAX_DEPTH) return { error: `child workflows must not stand more than ${MAX_DEPTH} deep` }
  const definition = taskFacts(draft, name).task.childWorkflowDef as WorkflowDefinition
  const parent = { id: draft.known.head.id, task: name }
  const child = newInstance(draft, { definition, depth, input })
  draft.create.push({ ...child, parent })
  return { id: child.id }
}

/** Creates the instance that goes on for this one: with its definition, its parent, and what it has pending. */
export function createSuccessor(draft: Draft, input: JsonText | undefined): string {
  const { head, graph, state } = draft.known
  const next = newInstance(draft, { definition: graph.definition, depth: state.depth, input })
  draft.create.push({
    ...next,
    continuedFrom: head.id,
    ...(head.parent !== undefined && { parent: head.parent }),
  })
  return next.id
}

interface Begin {
  readonly definition: WorkflowDefinition
  readonly depth: number
  readonly input: JsonText | undefined
}

function newInstance(draft: Draft, { definition, depth, input }: Begin): NewInstance {
  const { headers } = draft.known.state
  const { newId } = draft.tools
  const id = newId()
  const resolved = storedForm(definition)
  const { hash, text } = resolved
  return {
    id,
    kind: draft.known.head.kind,
    name: definition.name,
    definition: { hash, text },
    ...beginWorkflow({ id, resolved, input, depth, ...(headers !== undefined && { headers }) }, newId),
    ...(input !== undefined && { input }),
  }
}

/** Thousands of children may have one definition, and each dispatch of one needs its text and hash. */
const storedForms = new WeakMap<WorkflowDefinition, ResolvedWorkflow>()

function storedForm(definition: WorkflowDefinition): ResolvedWorkflow {
  const known = storedForms.get(definition)
  if (known !== undefined) return known
  const form = childDefinition(definition)
  storedForms.set(definition, form)
  return form
}
