import type { HookPart, TaskPart, WorkflowState } from '@dureq/dag'
import type { InstanceMessage, NewInstance, Sending, WorkflowDefinition, WorkflowTask } from '@dureq/types'
import {
  type JobEnd,
  type MemoryInstance,
  type MemoryJob,
  type MemoryOptions,
  MemoryWorkflows,
} from './memory-workflows.ts'

/** A definition of tasks that are shortened to `[name, ...dependsOn]`, or given as they are. */
export function workflow(
  tasks: readonly (WorkflowTask | readonly [string, ...string[]])[],
  more: Partial<WorkflowDefinition> = {},
): WorkflowDefinition {
  return { name: 'w', tasks: tasks.map((task) => (isShort(task) ? job(...task) : task)), ...more }
}

/** A task that runs a job. */
export function job(name: string, ...dependsOn: string[]): WorkflowTask {
  return { name, taskType: `type.${name}`, ...(dependsOn.length > 0 && { dependsOn }) }
}

function isShort(
  task: WorkflowTask | readonly [string, ...string[]],
): task is readonly [string, ...string[]] {
  return Array.isArray(task)
}

const alive = ['pending', 'running', 'suspended'] as const

/** A workflow in memory whose mail is received as soon as it is there. */
export class Scene {
  readonly world: MemoryWorkflows
  readonly root: MemoryInstance

  constructor(
    definition: WorkflowDefinition,
    { input, ...options }: MemoryOptions & Pick<NewInstance, 'input'> = {},
  ) {
    this.world = new MemoryWorkflows(options)
    this.root = this.world.start(definition, input === undefined ? {} : { input })
    this.pump()
  }

  get status(): string {
    return this.root.head.status
  }

  get state(): WorkflowState {
    return JSON.parse(this.root.head.state) as WorkflowState
  }

  /** What was told of the workflow, without what is told of tasks. */
  get events(): readonly string[] {
    return this.told.filter((type) => !type.startsWith('workflow.task.'))
  }

  get told(): readonly string[] {
    return this.world.events.filter(({ id }) => id === this.root.head.id).map(({ type }) => type)
  }

  /** The jobs under way, by task, in the order they were enqueued. */
  get jobs(): readonly string[] {
    return this.open.map(({ workflowTask }) => workflowTask)
  }

  get open(): readonly MemoryJob[] {
    return [...this.world.jobs.values()].filter(({ status }) => status === 'open')
  }

  /** The state of a task; undefined when nothing has happened to it. */
  task(name: string, of: MemoryInstance = this.root): TaskPart | undefined {
    return of.parts.get(`t:${name}`) as TaskPart | undefined
  }

  hook(name: string): HookPart | undefined {
    return this.root.parts.get(`h:${name}`) as HookPart | undefined
  }

  /** The child that carries a task out. */
  child(name: string, of: MemoryInstance = this.root): MemoryInstance {
    return this.world.instances.get(this.task(name, of)?.childId ?? '') as MemoryInstance
  }

  job(task: string): MemoryJob {
    const found = this.open.findLast(({ workflowTask }) => workflowTask === task)
    if (found === undefined) throw new Error(`no job of "${task}" is under way`)
    return found
  }

  /** Ends the job of a task and lets its workflow go on. */
  end(task: string, end: JobEnd = {}): this {
    this.world.endJob(this.job(task), end)
    return this.pump()
  }

  /** Ends jobs of tasks one after the other. */
  endAll(...tasks: string[]): this {
    for (const task of tasks) this.end(task)
    return this
  }

  send(message: InstanceMessage, more: Partial<Sending> = {}): this {
    this.world.send({ to: this.root.head.id, message, allowed: alive, ...more })
    return this.pump()
  }

  cancel(reason?: string): this {
    return this.send({ kind: 'cancel', ...(reason !== undefined && { reason }) })
  }

  suspend(): this {
    return this.send(
      { kind: 'suspend' },
      { allowed: ['running'], becomes: 'suspended', event: 'workflow.suspended' },
    )
  }

  resume(): this {
    return this.send(
      { kind: 'resume' },
      { allowed: ['suspended'], becomes: 'running', event: 'workflow.resumed' },
    )
  }

  retry(): this {
    const then = { becomes: 'running', event: 'workflow.retrying' } as const
    return this.send({ kind: 'retry' }, { allowed: ['failed', 'cancelled'], ...then })
  }

  signal(name: string, payload?: string): this {
    const id = `signal-${++this.#signals}`
    return this.send({ kind: 'signal', id, name, ...(payload !== undefined && { payload }) })
  }

  pass(ms: number): this {
    this.world.passTo(this.world.now + ms)
    return this.pump()
  }

  /** Receives what has arrived, until nothing more does. */
  pump(): this {
    for (;;) {
      const next = [...this.world.instances.values()].find(({ mail }) => mail.length > 0)
      if (next === undefined) return this
      this.world.receive(next)
    }
  }

  #signals = 0
}
