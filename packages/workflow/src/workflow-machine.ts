import { compileWorkflow, type WorkflowGraph } from '@dureq/dag'
import { createDefinitions, type Definitions, type Machine } from '@dureq/runtime'
import type { JsonText, Store, WorkflowDefinition } from '@dureq/types'
import { type LoaderStore, loadNeeds } from './loader.ts'
import type { Needs } from './machine/known.ts'
import { reduceMail } from './machine/reduce.ts'
import { openCase, type StoredPart, type WorkflowCase } from './open-case.ts'

/** What carries workflows on. */
export type WorkflowMachine = Machine<WorkflowCase, Needs, StoredPart>

/** What a workflow machine needs. */
export interface WorkflowMachineOptions {
  readonly store: LoaderStore
  /** What decides. Default: the rules of workflows. */
  readonly reduce?: typeof reduceMail
}

/** Tasks of definitions kept in memory. */
const MOST_TASKS = 200_000
/** Loads in which only what was asked for is loaded. */
const EXACT_LOADS = 2
/** Parts loaded ahead in the load after these; every further one doubles it. */
const FIRST_AHEAD = 64

/** The rules of workflows, with what they need of the store. */
export function createWorkflowMachine(options: WorkflowMachineOptions): WorkflowMachine {
  const { store, reduce = reduceMail } = options
  const definitions = createGraphs(store.mailboxes)
  return {
    async prepare(bags) {
      const graphs = await definitions.get(bags.map(({ head }) => head.definitionHash))
      return (bag, recall) => {
        const { head } = bag
        const graph = graphs.get(head.definitionHash ?? '')
        if (graph === undefined) throw new Error(`its definition ${head.definitionHash} is gone`)
        if (graph instanceof Error) throw graph
        return openCase(bag, graph, recall(head))
      }
    },
    reduce: ({ known, messages }, tools) => reduce(known, messages, tools),
    async load(needy, loads) {
      const ahead = loads < EXACT_LOADS ? 0 : FIRST_AHEAD * 2 ** (loads - EXACT_LOADS)
      await loadNeeds(store, needy, Math.min(ahead, 10_000))
    },
  }
}

/** The graphs of the definitions that are in use. */
export function createGraphs(
  mailboxes: Pick<Store['mailboxes'], 'definitions'>,
  most: number = MOST_TASKS,
): Definitions<WorkflowGraph> {
  const compile = (text: JsonText): WorkflowGraph => compileWorkflow(JSON.parse(text) as WorkflowDefinition)
  return createDefinitions(mailboxes, { compile, weigh: ({ size }) => size, most })
}
