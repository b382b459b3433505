import type { BatchRole } from '../batch/batch.ts'
import type { ConcurrencyKey } from '../concurrency-key.ts'
import type { JsonText } from '../json.ts'
import type { LeaseMemo, MemoWrite } from '../operations/memo.ts'
import type { ResolvedRetryPolicy } from '../retry-policy.ts'
import type { CallKey } from './call.ts'
import type { EndedFiring } from './ended.ts'
import type { MailQueue } from './instances.ts'

/** Asks for work. */
export interface ClaimRequest {
  readonly nodeId: string
  /** Id of the announced HandlerSet. */
  readonly handlerSet: string
  /** Most runs to lease, 1-1,000. */
  readonly limit: number
  /** Handlers that can take fewer than `limit`: name -> free slots (0: none). */
  readonly free?: Readonly<Record<string, number>>
  /** Runs start at once, so they are leased `running`; false leases them `claimed` (claimed ahead). */
  readonly start: boolean
}

/** One execution handed to a node: everything needed to run it, and the token that settles it. */
export interface LeasedRun {
  readonly runId: string
  readonly firingId: string
  readonly jobId: string
  /** Unique for all time; compared for equality by everything that touches the lease. */
  readonly token: string
  readonly taskType: string
  readonly payload: JsonText
  /** 1 for the first attempt. */
  readonly attempt: number
  /** Attempts allowed: the job's policy, else the handler's, lowered by `dlqAfter`. */
  readonly maxAttempts: number
  readonly consecutiveErrors: number
  readonly priority: number
  readonly headers: Readonly<Record<string, string>>
  readonly version?: string
  readonly retryPolicy?: ResolvedRetryPolicy
  readonly timeoutMs?: number
  readonly leaseMs: number
  /** When it last became claimable and when it was leased, on the store's clock. */
  readonly claimableAt: number
  readonly claimedAt: number
  readonly createdAt: number
  readonly concurrencyKeys?: readonly ConcurrencyKey[]
  /** Earlier runs of the firing have left something to remember: see `RunsRole.memos`. */
  readonly remembers?: true
  /** Of a member of a workflow. */
  readonly workflow?: LeasedTask
  /** Of a member of a batch. */
  readonly batch?: LeasedItem
}

/** The batch and the item a run is for. */
export interface LeasedItem {
  readonly id: string
  readonly name: string
  readonly role: BatchRole
  /** Of an item: its id. */
  readonly item?: string
  /** The input of the instance: what the shared step of the batch returned. */
  readonly onetimeResult?: JsonText
}

/** The workflow and the task a run is for. */
export interface LeasedTask {
  readonly id: string
  readonly name: string
  readonly task: string
  /** The input of the workflow, if it has one. */
  readonly input?: JsonText
}

/** Answer of a claim. `unknownSet` asks the node to announce itself again (the store lost or never had it). */
export type ClaimReply =
  | { readonly kind: 'unknownSet' }
  | {
      readonly kind: 'claimed'
      readonly leases: readonly LeasedRun[]
      /** Firings that the bounded `advance` inside ended. */
      readonly ended: readonly EndedFiring[]
      readonly now: number
      /** When time alone will next change something; given when fewer than `limit` were found. */
      readonly nextAt?: number
    }

/** The name of a lease. */
export interface LeaseRef {
  readonly firingId: string
  readonly token: string
}

/** Keeps one lease alive. */
export interface Beat extends LeaseRef {
  /** The lease lasts this long from now on the store's clock. */
  readonly leaseMs: number
  /** The handler of a run claimed ahead has started. */
  readonly started?: boolean
  /** The last value the handler reported. */
  readonly progress?: JsonText
}

/** `cancelRequested`: live, but the job is to be cancelled. */
export type BeatOutcome = 'live' | 'lost' | 'cancelRequested'

/** How one run ended, as the worker decided it (semantics part one, 4, 5, 11; part two 4.2, 4.4). */
export type RunOutcome = LeaseRef &
  (
    | {
        readonly kind: 'succeeded'
        readonly output?: JsonText
        readonly skipped?: string
        /** The workflow is to continue as new with this input; only of members. */
        readonly continueAsNew?: JsonText
      }
    | {
        /** A failed attempt. `then` is what the retry policy says. */
        readonly kind: 'failed'
        readonly status: 'failed' | 'timed_out'
        readonly error: string
        /** Kept with the run, not with the job: at most `MAX_STACK_CHARS`. */
        readonly stack?: string
        readonly then:
          | { readonly do: 'retry'; readonly delayMs: number }
          | { readonly do: 'die' }
          | { readonly do: 'pause'; readonly resumeAfterMs?: number }
      }
    /** Re-queued with the same attempt; the run succeeded. */
    | { readonly kind: 'repeated'; readonly delayMs: number }
    /** The handler asked for a pause; attempt unchanged. */
    | { readonly kind: 'paused'; readonly reason?: string; readonly resumeAfterMs?: number }
    | { readonly kind: 'cancelled'; readonly reason?: string }
  )

/** The outcomes in order, and the firings that ended. */
export interface SettleReply {
  readonly outcomes: readonly ('settled' | 'lost')[]
  readonly ended: readonly EndedFiring[]
}

/** What moved because its time had come. */
export interface AdvanceReply {
  /** Things moved or removed; equal to or above `limit` when there may be more. */
  readonly moved: number
  readonly ended: readonly EndedFiring[]
  readonly now: number
  /** When time alone will next change something, on the store's clock. */
  readonly nextAt?: number
}

/** Why a node should look. */
export type WakeReason =
  /** Something it can run may be claimable. */
  | { readonly kind: 'work' }
  /** The holder of this lease is to abort it. */
  | { readonly kind: 'cancel'; readonly firingId: string; readonly token: string; readonly reason?: string }
  /** An earlier due time than the one promised to this node. */
  | { readonly kind: 'due' }
  /** Its drain flag changed. */
  | { readonly kind: 'drain'; readonly draining: boolean }
  | { readonly kind: 'settings' }
  /** A schedule may be due earlier than was known: one was added, changed, resumed. */
  | { readonly kind: 'schedules' }
  /** There may be mail to receive. */
  | { readonly kind: 'mail' }

/** Who waits. */
export interface WaitRequest {
  readonly nodeId: string
  /** Absent: not interested in work. */
  readonly handlerSet?: string
  /** Told of schedules that become due earlier. Such a waiter need not be announced. */
  readonly schedules?: boolean
  /** Told of mail of these kinds, once after each `receive` that found fewer than it asked for. Such a waiter need not be announced. */
  readonly mailboxes?: readonly MailQueue[]
}

/** Leases runs of firings to nodes, and moves time on. */
export interface RunsRole {
  /**
   * Leases up to `limit` runs this node can execute. Tiers are served by weight, types of a tier take turns, the lines of a
   * type too, FIFO inside a line (docs/architecture.md, "Lines"). Nothing of a paused tier or type is taken. Every lease takes
   * a slot of each of its concurrency keys and of its type and tier where they have `maxRunning` (I4), and a token of each rate
   * limit that holds for it (tier, type, keys); what finds one of these empty stays where it is, and takes nothing of the others.
   * A slot is free again in the step that ends the lease, however it ends. A claim without `start` takes only what has
   * neither slots nor tokens to take. Does a bounded part of `advance` first. Each leased firing
   * becomes `running`; a run leased with `start` is written `running` with its `job.started` event, else
   * `claimed`. At most one live lease per firing (I2). When it finds fewer than `limit`, the node is marked as
   * sleeping in the same step, so that nothing that comes later can fail to wake it. A claim without `start` is one for
   * which the node has no slots yet: a node that sleeps may still be woken after it.
   *
   * A repeat under the same key answers with those of its leases that are still held.
   */
  claim(call: CallKey, request: ClaimRequest): Promise<ClaimReply>

  /** Prolongs leases and stores progress; an old token changes nothing and is `lost`. Idempotent. */
  extend(call: CallKey, beats: readonly Beat[]): Promise<readonly BeatOutcome[]>

  /**
   * Ends runs. Run record, job, result, counters, unique key, events and the waking of who waits for the end are
   * one step. An old token changes nothing and is `lost`. Whatever a run reports after its job was asked to be
   * cancelled, the job ends `cancelled`. A run settled while still `claimed` has been executed all the same: it counts and
   * leaves its record, and its `job.started` is told before its end. The end of a member is put into the mailbox of its
   * instance in the same step, also by every other call that ends one. A repeat under the same key gives the same outcomes.
   */
  settle(call: CallKey, outcomes: readonly RunOutcome[]): Promise<SettleReply>

  /**
   * Hands leases back without using an attempt: each firing goes to the front of its line at once, or ends
   * `cancelled` if that was asked for. Old tokens are `lost`.
   */
  release(call: CallKey, leases: readonly LeaseRef[]): Promise<SettleReply>

  /**
   * Keeps results of steps and the checkpoint of a firing (`ctx.step`, `ctx.checkpoint`), fenced by the lease token: an old one
   * changes nothing and is `lost`. One write per name is kept; a later one replaces it. All of it goes when the firing is
   * completed or removed; a dead or cancelled one that is retried finds it again.
   */
  memo(call: CallKey, writes: readonly MemoWrite[]): Promise<readonly ('saved' | 'lost')[]>

  /** What the firing of a lease remembers, by name; `lost` when the token is old. */
  memos(lease: LeaseRef): Promise<LeaseMemo>

  /**
   * Lets nothing with these concurrency keys start for so many ms from now on the store's clock; a longer time already set
   * stays. What runs goes on. Holds for jobs that come later, too.
   */
  throttle(call: CallKey, keys: readonly { readonly key: string; readonly forMs: number }[]): Promise<void>

  /**
   * Moves on what time alone moves, at most about `limit` things: due jobs and retries, auto-resume,
   * schedule-to-start timeouts, expired leases, timers of instances, nodes not announced any more, expired locks, request ids, silent
   * lanes, retention by time and number, rate limits and throttled keys that lines sleep for, work nobody serves past `unservedMs`, what
   * removed instances leave, old events and daily counts. Idempotent: two calls at once share the work. Nothing depends on who calls it.
   *
   * An expired lease whose handler had started counts as a failed attempt: the firing goes to the front of its
   * line at once if attempts are left, else it dies. A run still `claimed` does not count.
   */
  advance(call: CallKey, limit: number): Promise<AdvanceReply>

  /**
   * Resolves as soon as there is a reason for this node to act, with all reasons known by then; with none after
   * `timeoutMs` or when `signal` aborts (it does not reject for it). One outstanding call per node. A lost wake
   * is possible when the store fails over; callers look again after at most 5 s whatever happens.
   */
  wait(
    request: WaitRequest,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<readonly WakeReason[]>
}
