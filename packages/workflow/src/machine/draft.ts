import { type HookName, type HookPart, hookPartName, type TaskPart, type WorkflowState } from '@dureq/dag'
import type {
  InstanceEvent,
  JsonText,
  NewInstance,
  Sending,
  WorkflowMember,
  WorkflowStatus,
} from '@dureq/types'
import type { Known, MarkedRange, ReduceTools } from './known.ts'
import type { TaskFacts } from './task-facts.ts'

/** How the workflow ends in this step. */
export interface End {
  readonly status: Extract<WorkflowStatus, 'completed' | 'failed' | 'cancelled' | 'continued'>
  readonly error?: string
  readonly output?: JsonText
  readonly continuedTo?: string
}

/** The state while it is worked on. */
type WritableState = { -readonly [Name in keyof WorkflowState]: WorkflowState[Name] }

/** Everything one reduction has decided so far, and what it found missing. */
export interface Draft {
  readonly known: Known
  readonly tools: ReduceTools
  readonly state: WritableState
  /** Tasks that change, by name; null: taken away. */
  readonly tasks: Map<string, TaskPart | null>
  /** Tasks as they are now, as far as they were looked at: most are, again and again. */
  readonly facts: Map<string, TaskFacts>
  readonly hooks: Map<HookName, HookPart>
  /** What tasks have returned in this step. */
  readonly outputs: Map<string, JsonText | null>
  readonly enqueue: WorkflowMember[]
  readonly cancel: { readonly id: string; readonly reason?: string }[]
  readonly create: NewInstance[]
  readonly send: Sending[]
  /** By name; undefined takes one away. */
  readonly timers: Map<string, number | undefined>
  /** Ids of signals that waits have consumed. */
  readonly acknowledged: Set<string>
  readonly events: InstanceEvent[]
  readonly missing: {
    readonly parts: Set<string>
    readonly outputs: Set<string>
    readonly marked: Map<string, MarkedRange>
    readonly signals: Set<string>
  }
  /** Dispatches, cancels and relays this step may still carry. */
  budget: number
  /** There was more to do than the budget, so the workflow tells itself to proceed. */
  more: boolean
  end?: End
}

/** Most dispatches, cancels and relays of one commit. */
const MOST = 500

/** The draft of a step that changes nothing. */
export function createDraft(known: Known, tools: ReduceTools): Draft {
  return {
    known,
    tools,
    state: { ...known.state },
    tasks: new Map(),
    facts: new Map(),
    hooks: new Map(),
    outputs: new Map(),
    enqueue: [],
    cancel: [],
    create: [],
    send: [],
    timers: new Map(),
    acknowledged: new Set(),
    events: [],
    missing: { parts: new Set(), outputs: new Set(), marked: new Map(), signals: new Set() },
    budget: tools.most ?? MOST,
    more: false,
  }
}

/** Ends a reduction that cannot go on without what it noted as missing. Never leaves `reduceMail`. */
export class MissingSignal extends Error {}

/** Whether something has been read that is not loaded: what was decided since then may be wrong. */
export function lacks({ missing }: Draft): boolean {
  const { parts, outputs, marked, signals } = missing
  return parts.size + outputs.size + marked.size + signals.size > 0
}

/** Goes on only when everything read so far is loaded. */
export function demand(draft: Draft): void {
  if (lacks(draft)) throw new MissingSignal()
}

/** What is stored of a task; undefined when it is not loaded. */
export function storedTask({ known }: Draft, name: string): TaskPart | null | undefined {
  return known.parts.get(known.graph.partName(name)) as TaskPart | null | undefined
}

/** What is stored of a hook; undefined when it is not loaded. */
export function storedHook({ known }: Draft, hook: HookName): HookPart | null | undefined {
  return known.parts.get(hookPartName(hook)) as HookPart | null | undefined
}
