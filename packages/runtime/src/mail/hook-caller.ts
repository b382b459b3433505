import type { Clock, EventType, HookFunc, InstanceCommit, InstanceHead, JobEvent, Logger } from '@dureq/types'

/** What is told of the end of an instance, and to whom. */
export interface EndHooks {
  readonly type: EventType
  readonly hooks: readonly HookFunc[]
}

/** What a hook caller needs. */
export interface HookCallerOptions {
  /** By the status an instance ends with. */
  readonly ends: Partial<Record<InstanceCommit['status'], EndHooks>>
  readonly clock: Clock
  readonly logger: Logger
}

/** Calls hooks after the fact: they delay nothing, and what they throw is logged. */
export interface HookCaller {
  /** A step has been carried out; when it ended its instance, the hooks are called. */
  committed(head: InstanceHead, commit: InstanceCommit): void
  /** Resolves when no hook is running. */
  idle(): Promise<void>
}

/** A caller of these hooks. */
export function createHookCaller(options: HookCallerOptions): HookCaller {
  const { ends, clock, logger } = options
  const running = new Set<Promise<void>>()
  return {
    committed(head, { status, error }) {
      const end = ends[status]
      // The hooks of a workflow's definition end after it; such a step ends nothing.
      if (end === undefined || end.hooks.length === 0 || head.status === status) return
      const event: JobEvent = {
        type: end.type,
        timestamp: clock.now(),
        jobId: head.id,
        ...(head.kind === 'workflow' && { workflowId: head.id }),
        ...(error !== undefined && { error }),
      }
      const calls = callAll(end.hooks, event, logger)
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
      logger.error({ err: error, instanceId: event.jobId }, 'a hook failed')
    }
  }
}
