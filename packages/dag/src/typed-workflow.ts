import type { JsonValue, WorkflowDefinition } from '@dureq/types'

/**
 * A definition whose types are known: what `defineWorkflow` makes. Every definition is one, with any JSON as input and
 * output.
 */
export interface TypedWorkflow<Input = JsonValue, Output = JsonValue> extends WorkflowDefinition {
  /** Exists for the compiler only. */
  readonly '~types'?: { readonly input: Input; readonly output: Output }
}

/**
 * What a workflow is started with: all that the tasks without dependencies and without a payload of their own take.
 * `unknown` when nothing needs any.
 */
export type WorkflowInput<Workflow extends WorkflowDefinition> = TypesOf<Workflow>['input']

/** What a workflow comes to: what one of the tasks nothing depends on returns. */
export type WorkflowOutput<Workflow extends WorkflowDefinition> = TypesOf<Workflow>['output']

type TypesOf<Workflow extends WorkflowDefinition> = '~types' extends keyof Workflow
  ? NonNullable<Workflow['~types']> extends infer Types extends {
      readonly input: unknown
      readonly output: unknown
    }
    ? Types
    : never
  : { readonly input: JsonValue; readonly output: JsonValue }

/** The input as arguments of a function: it may be left out when nothing needs any. */
export type InputArguments<Input> = null extends Input ? [input?: Input] : [input: Input]
