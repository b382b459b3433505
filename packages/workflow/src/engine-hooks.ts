import type { Clock, HookFunc, Hooks, InstanceCommit, InstanceHead, JobEvent, Logger } from '@dureq/types'

/** The hooks an engine can call: those of what its own steps do. */
export type EngineHooks = Pick<Hooks, 'onWorkflowCompleted' | 'onWorkflowFailed'>

/** What a hook caller needs. */
export interface HookCallerOptions {
  readonly hooks: EngineHooks
  readonly clock: Clock
  readonly logger: Logger
}

/** Calls hooks after the fact: they delay nothing, and what they throw is logged. */
export interface HookCaller {
  /** A step has been carried out; when it ended its workflow, the hooks are called. */
  committed(head: InstanceHead, commit: InstanceCommit): void
  /** Resolves when no hook is running. */
  idle(): Promise<void>
}

const hookOfEnd = {
  completed: ['onWorkflowCompleted', 'workflow.completed'],
  failed: ['onWorkflowFailed', 'workflow.failed'],
} as const

/** A caller of these hooks. */
export function createHookCaller(options: HookCallerOptions): HookCaller {
  const { hooks, clock, logger } = options
  const running = new Set<Promise<void>>()
  return {
    committed(head, { status, error }) {
      if (status !== 'completed' && status !== 'failed') return
      // The hooks of the definition end after their workflow; such a step ends nothing.
      if (head.status === status) return
      const [name, type] = hookOfEnd[status]
      const list = hooks[name] ?? []
      if (list.length === 0) return
      const ids = { jobId: head.id, workflowId: head.id }
      const event: JobEvent = {
        type,
        timestamp: clock.now(),
        ...ids,
        ...(error === undefined ? {} : { error }),
      }
      const calls = callAll(list, event, logger)
      running.add(calls)
      void calls.finally(() => running.delete(calls))
    },
    async idle() {
      while (running.size > 0) await Promise.all(running)
    },
  }
}

/** One hook after the other; whoever made it happen goes on first. */
async function callAll(hooks: readonly HookFunc[], event: JobEvent, logger: Logger): Promise<void> {
  await Promise.resolve()
  for (const hook of hooks) {
    try {
      await hook(event)
    } catch (error) {
      logger.error({ err: error, workflowId: event.workflowId }, 'a hook failed')
    }
  }
}
