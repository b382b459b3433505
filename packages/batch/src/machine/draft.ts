import type {
  BatchState,
  InstanceEvent,
  JobsPart,
  JsonText,
  MemberJob,
  Sending,
  UnmetPart,
  WorkflowStatus,
} from '@dureq/types'
import type { Known, MarkedRange, ReduceTools } from './known.ts'

/** How the batch ends in this step. */
export interface End {
  readonly status: Extract<WorkflowStatus, 'completed' | 'failed' | 'cancelled'>
  readonly error?: string
}

/** The state while it is worked on. */
type WritableState = { -readonly [Name in keyof BatchState]: BatchState[Name] }

/** A part `d:<n>` while it is worked on. */
export interface WritableJobs {
  readonly jobs: string[]
  running: number[]
  told: boolean
}

/** An item as it stands in the set `unmet`. */
export interface Unmet {
  readonly status: UnmetPart
  readonly order: number
}

/** Everything one reduction has decided so far, and what it found missing. */
export interface Draft {
  readonly known: Known
  readonly tools: ReduceTools
  readonly state: WritableState
  /** Parts `d:<n>` that change, by n. */
  readonly jobs: Map<number, WritableJobs>
  /** Numbers n of the parts `i:<n>` that are taken away. */
  readonly used: Set<number>
  /** Items that enter or leave the set `unmet`, by place; null: they leave it. */
  readonly unmet: Map<number, Unmet | null>
  readonly enqueue: MemberJob[]
  readonly cancel: { readonly id: string; readonly reason?: string }[]
  readonly send: Sending[]
  /** By name; undefined takes one away. */
  readonly timers: Map<string, number | undefined>
  readonly events: InstanceEvent[]
  readonly missing: {
    readonly parts: Set<string>
    readonly jobs: Set<string>
    readonly outputs: Set<string>
    readonly marked: Map<string, MarkedRange>
  }
  /** Items of the stored set `unmet`, from its front, that this step has dealt with. */
  taken: number
  /** Dispatches, or parts taken away, this step may still carry. */
  budget: number
  /** There was more to do than the budget, so the batch tells itself to proceed. */
  more: boolean
  /** It is time to tell of progress that was held back. */
  isProgressDue: boolean
  /** What the shared step has returned. */
  input?: JsonText
  end?: End
}

/** Most dispatches, or parts taken away, of one commit. */
const MOST = 500

/** The draft of a step that changes nothing. */
export function createDraft(known: Known, tools: ReduceTools): Draft {
  return {
    known,
    tools,
    state: { ...known.state },
    jobs: new Map(),
    used: new Set(),
    unmet: new Map(),
    enqueue: [],
    cancel: [],
    send: [],
    timers: new Map(),
    events: [],
    missing: { parts: new Set(), jobs: new Set(), outputs: new Set(), marked: new Map() },
    taken: 0,
    budget: tools.most ?? MOST,
    more: false,
    isProgressDue: false,
  }
}

/** A part `d:<n>` that can be changed. */
export function writableJobs({ jobs, running = [], told }: JobsPart): WritableJobs {
  return { jobs: [...jobs], running: [...running], told: told === true }
}

/** Ends a reduction that cannot go on without what it noted as missing. Never leaves `reduceBatch`. */
export class MissingSignal extends Error {}

/** Whether something has been read that is not loaded: what was decided since then may be wrong. */
export function lacks({ missing }: Draft): boolean {
  const { parts, jobs, outputs, marked } = missing
  return parts.size + jobs.size + outputs.size + marked.size > 0
}

/** Goes on only when everything read so far is loaded. */
export function demand(draft: Draft): void {
  if (lacks(draft)) throw new MissingSignal()
}
