import { checkWorkflow } from '@dureq/dag'
import {
  type InstanceHead,
  type SignalStats,
  TaskNotFoundError,
  type WorkflowInstance,
  WorkflowNotFoundError,
} from '@dureq/types'
import { readReason } from './cancel-options.ts'
import type { ClientCore } from './core.ts'
import { freshHead } from './fresh-head.ts'
import { freshInstance, instanceOf } from './instance-of.ts'
import { openStatuses } from './instance-orders.ts'
import { createInstanceSender, type InstanceSender } from './instance-sender.ts'
import { type OrderOptions, readBy } from './order-options.ts'
import { readTaskPage } from './task-page.ts'
import { readTaskResult } from './task-result.ts'
import { taskStateOf } from './task-state.ts'
import { awaitWorkflow } from './wait-for-workflow.ts'
import { auditWorkflow, readAuditLimit } from './workflow-audit.ts'
import { draftWorkflow, type EnqueueWorkflowOptions, type WorkflowRequest } from './workflow-draft.ts'
import { listWorkflows, searchWorkflows } from './workflow-listing.ts'
import { createWorkflowOrders, workflowOrders } from './workflow-orders.ts'
import { createWorkflowReader, type TaskRange, type WorkflowReader } from './workflow-reader.ts'
import { findableWorkflow, requireWorkflow, type WorkflowRef } from './workflow-ref.ts'
import { draftSignal, type PendingSignals, readSignalOptions, sendSignal } from './workflow-signals.ts'
import type { TaskView, WorkflowView } from './workflow-view.ts'
import type { Workflows } from './workflows.ts'

/** Tasks that are shown of one workflow. */
const MOST_TASKS = 1_000

/** The part of a client for workflows. */
export function createWorkflows(core: ClientCore): Workflows {
  const reader = createWorkflowReader(core)
  return { ...createStarting(core, reader), ...createReading(core, reader), ...createSteering(core) }
}

type Starting = Pick<Workflows, 'enqueueWorkflow' | 'validateWorkflow' | 'waitForWorkflow'>

function createStarting(core: ClientCore, reader: WorkflowReader): Starting {
  const send = createInstanceSender(core)
  return {
    // Typed by the overloads of the interface; here an input is anything.
    enqueueWorkflow: (definition: unknown, input?: unknown, options?: EnqueueWorkflowOptions) =>
      enqueue({ core, reader, send }, { definition, input, ...(options && { options }) }) as Promise<
        WorkflowInstance<never>
      >,
    validateWorkflow: async (definition) => checkWorkflow(definition, { limits: core.store.limits }),
    waitForWorkflow: (workflow, options) =>
      awaitWorkflow(core, reader, { ...options, id: requireWorkflow(workflow) }),
  }
}

interface EnqueueTools {
  readonly core: ClientCore
  readonly reader: WorkflowReader
  readonly send: InstanceSender
}

async function enqueue(
  { core, reader, send }: EnqueueTools,
  request: WorkflowRequest,
): Promise<WorkflowInstance> {
  const { instance, definition } = draftWorkflow(request, core)
  const outcome = await send(instance)
  if (outcome.kind === 'repeated')
    return instanceOf(await mustView(reader, outcome.id, { limit: MOST_TASKS }))
  const head = freshHead(instance, outcome)
  return freshInstance({ head, state: JSON.parse(instance.state), definition }, MOST_TASKS)
}

type Reading = Pick<
  Workflows,
  | 'getWorkflow'
  | 'listWorkflows'
  | 'searchWorkflows'
  | 'listWorkflowTasks'
  | 'getWorkflowTask'
  | 'getTaskResult'
  | 'workflowAudit'
  | 'workflowActs'
  | 'signalStats'
>

function createReading(core: ClientCore, reader: WorkflowReader): Reading {
  return {
    async getWorkflow(workflow) {
      const id = findableWorkflow(workflow)
      const head = id === undefined ? undefined : await reader.head(id)
      const view = head && (await reader.view(head, { limit: MOST_TASKS }))
      return view && instanceOf(view)
    },
    listWorkflows: (options = {}) => listWorkflows(core.store, reader, options),
    searchWorkflows: (search, options = {}) => searchWorkflows(core.store, reader, search, options),
    async listWorkflowTasks(workflow, options = {}) {
      const view = await mustView(reader, workflow, readTaskPage(options))
      return { tasks: view.tasks.map((task) => taskStateOf(task, view)), total: view.total }
    },
    async getWorkflowTask(workflow, name) {
      const { task, view } = await mustFindTask(reader, workflow, name)
      return taskStateOf(task, view)
    },
    async getTaskResult(workflow, name) {
      const { part } = (await mustFindTask(reader, workflow, name)).task
      return part && (await readTaskResult(part, core, reader))
    },
    async workflowAudit(workflow, options) {
      const limit = readAuditLimit(options)
      return await auditWorkflow(core, reader, { head: await mustFind(reader, workflow), limit })
    },
    workflowActs: async (workflow) => await core.store.inspector.audit((await mustFind(reader, workflow)).id),
    signalStats: (workflow) => readSignalStats(core, reader, workflow),
  }
}

type Steering = Pick<
  Workflows,
  | 'cancelWorkflow'
  | 'retryWorkflow'
  | 'suspendWorkflow'
  | 'resumeWorkflow'
  | 'deleteWorkflow'
  | 'signalWorkflow'
>

function createSteering(core: ClientCore): Steering {
  const orders = createWorkflowOrders(core)
  const simple =
    (verb: keyof typeof workflowOrders) =>
    async (workflow: WorkflowRef, options?: OrderOptions): Promise<void> => {
      const by = readBy(core, options)
      await orders.mustSend(requireWorkflow(workflow), verb, { ...workflowOrders[verb], ...by })
    }
  return {
    async cancelWorkflow(workflow, options) {
      const message = { kind: 'cancel', ...readReason(options) } as const
      const order = { message, allowed: openStatuses, ...readBy(core, options) }
      await orders.mustSend(requireWorkflow(workflow), 'cancel', order)
    },
    retryWorkflow: simple('retry'),
    suspendWorkflow: simple('suspend'),
    resumeWorkflow: simple('resume'),
    deleteWorkflow: (workflow) => orders.mustRemove(requireWorkflow(workflow)),
    async signalWorkflow(workflow, name, payload, options = {}) {
      const message = draftSignal({ ...readSignalOptions(options), name, payload }, core)
      await sendSignal(orders, requireWorkflow(workflow), { message, ...readBy(core, options) })
    },
  }
}

async function mustFind(reader: WorkflowReader, workflow: WorkflowRef): Promise<InstanceHead> {
  const id = requireWorkflow(workflow)
  const head = await reader.head(id)
  if (head === undefined) throw new WorkflowNotFoundError(id)
  return head
}

async function mustView(
  reader: WorkflowReader,
  workflow: WorkflowRef,
  range: TaskRange,
): Promise<WorkflowView> {
  const head = await mustFind(reader, workflow)
  const view = await reader.view(head, range)
  if (view === undefined) throw new WorkflowNotFoundError(head.id)
  return view
}

async function mustFindTask(
  reader: WorkflowReader,
  workflow: WorkflowRef,
  name: string,
): Promise<{ readonly view: WorkflowView; readonly task: TaskView }> {
  const head = await mustFind(reader, workflow)
  const view = await reader.task(head, name)
  const task = view?.tasks[0]
  if (view === undefined || task === undefined) throw new TaskNotFoundError(head.id, name)
  return { view, task }
}

async function readSignalStats(
  { store, storeTime }: ClientCore,
  reader: WorkflowReader,
  workflow: WorkflowRef,
): Promise<PendingSignals> {
  const { id } = await mustFind(reader, workflow)
  const [[stats], now] = await Promise.all([store.mailboxes.signalStats([id]), storeTime()])
  const { pending, oldestAt = now } = stats as SignalStats
  return { pendingCount: pending, oldestUnackedAgeMs: Math.max(0, now - oldestAt) }
}
