import {
  type HookName,
  type HookPart,
  hookNames,
  hookPartName,
  readHeldTasks,
  type TaskPart,
  taskPartName,
  type WorkflowState,
} from '@dureq/dag'
import type { InstanceHead, JobStatus, Part, WorkflowDefinition, WorkflowTask } from '@dureq/types'
import { type ClientCore, MAX_ITEMS } from './core.ts'
import { createDefinitions, type Definitions } from './definitions.ts'
import type { TaskView, WorkflowView } from './workflow-view.ts'

/** A stretch of the tasks of a workflow: those of the definition in its order, then those subflows have added. */
export interface TaskRange {
  readonly limit: number
  readonly offset?: number
}

/** Reads workflows with as few calls of the store as possible: those of one tick travel together. */
export interface WorkflowReader {
  head(id: string): Promise<InstanceHead | undefined>
  /** What a head belongs to; undefined when it was removed meanwhile. */
  view(head: InstanceHead, range: TaskRange): Promise<WorkflowView | undefined>
  /** One task, whichever it is; undefined when the workflow has none of this name. */
  task(head: InstanceHead, name: string): Promise<WorkflowView | undefined>
}

/** A reader of the workflows of a store. */
export function createWorkflowReader(
  core: Pick<ClientCore, 'store' | 'records' | 'instances'>,
): WorkflowReader {
  return new StoreReader(core)
}

/** What is to be read of one instance. */
interface Read {
  readonly head: InstanceHead
  readonly definition: WorkflowDefinition
  /** Tasks of the definition. */
  readonly own: readonly WorkflowTask[]
  /** The parts of tasks that subflows have added. */
  readonly added: readonly string[]
}

type AnyPart = TaskPart | HookPart

const noTasks = { names: [], total: 0 } as const

class StoreReader implements WorkflowReader {
  readonly #store: ClientCore['store']
  readonly #records: ClientCore['records']
  readonly #definitions: Definitions<WorkflowDefinition>
  readonly #instances: ClientCore['instances']

  constructor({ store, records, instances }: Pick<ClientCore, 'store' | 'records' | 'instances'>) {
    this.#store = store
    this.#records = records
    this.#definitions = createDefinitions(store)
    this.#instances = instances
  }

  head(id: string): Promise<InstanceHead | undefined> {
    return this.#instances.head('workflow', id)
  }

  async view(head: InstanceHead, { limit, offset = 0 }: TaskRange): Promise<WorkflowView | undefined> {
    const definition = await this.#definition(head)
    if (definition === undefined) return undefined
    const own = definition.tasks.slice(offset, offset + limit)
    const size = definition.tasks.length
    const range = { limit: limit - own.length, offset: Math.max(0, offset - size) }
    const added = await this.#added(head, range)
    const read = { head, definition, own, added: added.names }
    return await this.#complete(read, { limit, total: size + added.total })
  }

  async task(head: InstanceHead, name: string): Promise<WorkflowView | undefined> {
    const definition = await this.#definition(head)
    if (definition === undefined) return undefined
    const own = definition.tasks.filter((task) => task.name === name)
    const read = { head, definition, own, added: own.length === 0 ? [taskPartName(name)] : [] }
    const view = await this.#complete(read, { limit: 1, total: definition.tasks.length })
    return view.tasks.length === 0 ? undefined : view
  }

  async #definition({ definitionHash }: InstanceHead): Promise<WorkflowDefinition | undefined> {
    return definitionHash === undefined ? undefined : await this.#definitions.read(definitionHash)
  }

  /** The parts of tasks that subflows have added; the total is asked for even where none is wanted. */
  async #added(
    head: InstanceHead,
    { limit, offset }: Required<TaskRange>,
  ): Promise<{ readonly names: readonly string[]; readonly total: number }> {
    if (stateOf(head).added === 0) return noTasks
    const range = { limit: Math.max(1, limit), offset }
    const { names, total } = await this.#store.mailboxes.marked(head.id, 'added', range)
    return { names: names.slice(0, limit), total }
  }

  async #complete(read: Read, size: Pick<WorkflowView, 'limit' | 'total'>): Promise<WorkflowView> {
    const { head, definition, own, added } = read
    const hooks = hookNames.filter((name) => definition.hooks?.[name] !== undefined)
    const tasks = [...own.map(({ name }) => taskPartName(name)), ...added]
    const parts = await this.#parts(read, [...tasks, ...hooks.map(hookPartName)])
    const begun = hooks.map((name, i) => [name, parts[tasks.length + i] as HookPart | undefined] as const)
    return {
      head,
      state: stateOf(head),
      definition,
      tasks: taskViews(read, parts as readonly (TaskPart | undefined)[]),
      ...size,
      hooks: new Map(begun.filter((each): each is [HookName, HookPart] => each[1] !== undefined)),
      jobs: await this.#statuses(parts),
    }
  }

  async #parts(
    { head, definition }: Read,
    names: readonly string[],
  ): Promise<readonly (AnyPart | undefined)[]> {
    if (names.length === 0) return []
    const held = heldIn(head, definition)
    // At version 1 no engine has committed anything yet.
    const apart = head.version === 1 ? [] : names.filter((name) => !held.has(name))
    const texts = await this.#texts(head.id, apart)
    const loaded = new Map(apart.map((name, i) => [name, texts[i]]))
    return names.map((name) => {
      const text = loaded.get(name)
      return text === undefined ? held.get(name) : (JSON.parse(text) as AnyPart)
    })
  }

  async #texts(id: string, names: readonly string[]): Promise<readonly (string | undefined)[]> {
    const parts: (Part | undefined)[] = []
    for (let from = 0; from < names.length; from += MAX_ITEMS)
      parts.push(...(await this.#store.mailboxes.parts(id, names.slice(from, from + MAX_ITEMS))))
    return parts.map((part) => part?.text)
  }

  async #statuses(parts: readonly (AnyPart | undefined)[]): Promise<ReadonlyMap<string, JobStatus>> {
    const ids = parts.flatMap((part) => (part?.status === 'running' && part.jobId ? [part.jobId] : []))
    const records = await Promise.all(ids.map((id) => this.#records.add(id)))
    return new Map(records.filter((record) => record !== undefined).map(({ id, status }) => [id, status]))
  }
}

/** What the head itself holds of tasks, by the names their parts would have; undefined for those nothing has happened to. */
function heldIn(
  head: InstanceHead,
  definition: WorkflowDefinition,
): ReadonlyMap<string, TaskPart | undefined> {
  const held = new Map<string, TaskPart | undefined>()
  const { tasks } = stateOf(head)
  if (tasks === undefined) return held
  for (const [i, part] of readHeldTasks(tasks, definition.tasks.length, head).entries())
    if (part !== 'apart') held.set(taskPartName(definition.tasks[i]?.name ?? ''), part ?? undefined)
  return held
}

/** An added task that was taken away between two calls is left out. */
function taskViews({ own, added }: Read, parts: readonly (TaskPart | undefined)[]): readonly TaskView[] {
  const views = own.map((task, i): TaskView => ({ task, part: parts[i] }))
  added.forEach((_, i) => {
    const part = parts[own.length + i]
    if (part?.task !== undefined) views.push({ task: part.task, part })
  })
  return views
}

function stateOf(head: InstanceHead): WorkflowState {
  return JSON.parse(head.state) as WorkflowState
}
