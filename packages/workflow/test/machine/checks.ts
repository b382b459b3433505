import type { TaskPart, WorkflowState } from '@dureq/dag'
import type { WorkflowTask } from '@dureq/types'
import { expect } from 'vitest'
import type { MemoryInstance, MemoryWorkflows, SeenStep } from './memory-workflows.ts'

/** Ends never left by a step. */
const ends: readonly string[] = ['completed', 'failed', 'cancelled', 'continued']

/** What must hold of every step before it is carried out. */
export function checkStep({ instance, done }: SeenStep): void {
  const { head } = instance
  if (head.completedAt !== undefined) expect(done.commit.status).toBe(head.status)
  expect(new Set(done.commit.enqueue.map(({ workflowTask }) => workflowTask)).size).toBe(
    done.commit.enqueue.length,
  )
  if (ends.includes(head.status)) expect(done.commit.enqueue).toEqual([])
}

/** What must hold of an instance after every step: its counters, its marks, and that something will move it (I8). */
export function checkInstance(world: MemoryWorkflows, instance: MemoryInstance): void {
  const state = JSON.parse(instance.head.state) as WorkflowState
  expect(countersOf(state)).toEqual(recount(instance))
  for (const set of ['ready', 'active', 'told', 'child', 'halted', 'waiting', 'unmet', 'added'] as const) {
    expect([...(instance.marks.get(set)?.keys() ?? [])].sort(), set).toEqual(
      state.tasks === undefined ? namesIn(instance, set) : addedIn(instance, set),
    )
  }
  checkDependencies(instance)
  if (!moves(world, instance, state))
    throw new Error(`nothing moves ${instance.head.id}: ${instance.head.state}`)
}

function countersOf({
  open,
  ready,
  active,
  told = 0,
  children = 0,
  halted = 0,
  waiting = 0,
}: WorkflowState): object {
  return { open, ready, active, told, children, halted, waiting }
}

function recount(instance: MemoryInstance): object {
  const tasks = tasksOf(instance)
  const count = (test: (one: Task) => boolean): number => tasks.filter(test).length
  return {
    open: count((task) => !isSettled(task)),
    ready: count(({ part }) => part.ready === true),
    active: count(({ part }) => part.status === 'running'),
    told: count(({ part }) => part.told === true),
    children: count(isRunningChild),
    halted: count(({ part }) => part.halted === true),
    waiting: count(({ part, task }) => part.status === 'running' && task.type === 'wait'),
  }
}

type Task = ReturnType<typeof tasksOf>[number]

function tasksOf({ definition, parts }: MemoryInstance) {
  const added = [...parts.values()].flatMap((part) =>
    'task' in part && part.task !== undefined ? [part.task] : [],
  )
  return [...definition.tasks, ...added].map((task) => {
    const { dependsOn = [] } = task
    const part = (parts.get(`t:${task.name}`) as TaskPart | undefined) ?? {
      status: 'pending',
      open: dependsOn.length,
      live: 0,
    }
    return { task, part: part as TaskPart }
  })
}

function isSettled({ task, part }: Task): boolean {
  return (
    (part.status === 'completed' && !part.looping) || (part.status === 'failed' && task.allowFailure === true)
  )
}

function isRunningChild({ part }: Task): boolean {
  return part.status === 'running' && part.childId !== undefined && !part.halted && !part.told
}

const tests: Readonly<Record<string, (task: Task) => boolean>> = {
  ready: ({ part }) => part.ready === true,
  active: ({ part }) => part.status === 'running' && !part.told,
  told: ({ part }) => part.told === true,
  child: isRunningChild,
  halted: ({ part }) => part.halted === true,
  waiting: ({ part, task }) => part.status === 'running' && task.type === 'wait',
  unmet: ({ part }) => part.status === 'failed' || part.status === 'cancelled',
  added: ({ part }) => part.task !== undefined,
}

function namesIn(instance: MemoryInstance, set: string): readonly string[] {
  const test = tests[set] as (task: Task) => boolean
  return tasksOf(instance)
    .filter(test)
    .map(({ task }) => `t:${task.name}`)
    .sort()
}

/** The same without the tasks whose states the head holds: they have no marks. */
function addedIn(instance: MemoryInstance, set: string): readonly string[] {
  return namesIn(instance, set).filter((name) => instance.graph.task(name.slice(2)) === undefined)
}

/** A task under way or ready waits for nothing; all that an unfinished one names are there. */
function checkDependencies(instance: MemoryInstance): void {
  const tasks = new Map(tasksOf(instance).map((one) => [one.task.name, one]))
  for (const { task, part } of tasks.values()) {
    if (part.status !== 'running' && !part.ready) continue
    for (const name of task.dependsOn ?? []) {
      const upstream = tasks.get(name)
      if (upstream === undefined || !isSettled(upstream))
        throw new Error(`"${task.name}" did not wait for "${name}"`)
    }
  }
}

function moves(
  world: MemoryWorkflows,
  { head, mail, timers, parts, graph }: MemoryInstance,
  state: WorkflowState,
): boolean {
  if (state.phase === 'over' || head.status === 'suspended' || mail.length > 0 || timers.size > 0) return true
  const isOpen = ({ workflowId, status }: { workflowId: string; status: string }): boolean =>
    workflowId === head.id && status === 'open'
  if ([...world.jobs.values()].some(isOpen)) return true
  const children = [...parts.values()].flatMap((part) =>
    'childId' in part && part.childId !== undefined ? [part] : [],
  )
  if (children.some((part) => part.status === 'running')) return true
  return [...parts].some(([name, part]) => part.status === 'running' && waitsForSignal(graph, name, part))
}

function waitsForSignal(graph: MemoryInstance['graph'], name: string, part: object): boolean {
  const task = graph.task(name.slice(2)) ?? ('task' in part ? (part.task as WorkflowTask) : undefined)
  return task?.type === 'wait' && task.signal !== undefined
}
