/**
 * A queue under test. What it measures must be what its users would get: the best settings its documentation has for
 * the job, stated in `settings`, and nothing a production system could not keep on.
 *
 * @typedef {object} System
 * @property {string} id The name of its file; `--systems` takes it.
 * @property {string} name
 * @property {string} version
 * @property {string} settings What was set, in one sentence; it is printed.
 * @property {'redis' | 'sqlite' | 'postgres'} store
 * @property {readonly Feature[]} features
 * @property {number} [mostRounds] Nothing depends on how exact it is, and it takes long.
 * @property {readonly string[]} eventLogs Keys in Redis of its capped event logs.
 * @property {(place: Place, wish: Wish) => Promise<Queue>} open The same queue for every process that opens it in one
 *   place with one wish; the first one makes it, alone.
 */

/**
 * What not every system can do: `removes` jobs when they complete, `keeps` them then, `delays` them until a moment,
 * has many `types` of jobs in one queue, `wakes` a worker that waits for a job (so that its latency means something),
 * has jobs whose schedule `recurs`, has `flows`: jobs that wait for others, gives a handler whole `groups` of jobs with an
 * outcome for each, has `batches`: one task for each of many items, `collects` messages of one group to one job, runs one
 * job at a time of each of many `keys`, has `limits` of how many jobs a second start, `forgets` completed jobs by a
 * retention that can be changed.
 *
 * @typedef {'removes' | 'keeps' | 'delays' | 'types' | 'wakes' | 'recurs' | 'flows' | 'groups' | 'batches' | 'collects' | 'keys'
 *   | 'limits' | 'forgets'} Feature
 */

/**
 * Where a system may keep its jobs: empty, and its own for one measurement.
 *
 * @typedef {object} Place
 * @property {number} redisPort On 127.0.0.1.
 * @property {string | undefined} postgresUrl
 * @property {string} dir
 */

/**
 * What a scenario needs of a queue.
 *
 * @typedef {object} Wish
 * @property {boolean} keep Completed jobs are kept, else removed.
 * @property {number} types Jobs are of so many types, by turns.
 * @property {number} keys With the feature `keys`: each job has one of so many keys, by turns, of which one job runs at a time;
 *   0: they have none.
 */

/**
 * One queue of a system, as one process has it.
 *
 * @typedef {object} Queue
 * @property {boolean} keeps Completed jobs stay, because it was wished or because the system knows no other way.
 * @property {(payload: object) => Promise<unknown>} enqueue Resolves when the job is stored.
 * @property {(payloads: object[], dueAt?: number) => Promise<unknown>} enqueueBulk The same for many, in as few calls
 *   as it takes; due at once or, with the feature, at a moment in ms since 1970.
 * @property {(options: WorkOptions) => Promise<unknown>} work Starts the one worker of this queue; resolves when it works.
 * @property {(plan: RecurringPlan) => Promise<unknown>} [recur] With the feature `recurs`: stores schedules and starts the
 *   one worker of this queue, and what fires them; resolves when all are stored and it works.
 * @property {(plan: FlowPlan) => Promise<unknown>} [flow] With the feature `flows`: starts the one worker of this queue, and what
 *   carries flows on; when it works, stores flows; resolves when all are stored. The queue was opened with `keep`.
 * @property {(plan: BatchPlan) => Promise<unknown>} [batch] With the feature `batches`: starts the one worker of this queue, and
 *   what carries batches on; when it works, hands in one batch; resolves when its items are stored.
 * @property {(plan: CollectPlan) => Promise<unknown>} [collect] With the feature `collects`: starts the one worker of this queue,
 *   and what makes jobs of groups; when it works, enqueues messages; resolves when all are stored.
 * @property {(plan: LimitedPlan) => Promise<unknown>} [limit] With the feature `limits`: stores jobs that are more urgent than
 *   all others, of which only so many a second may start; the worker handles them, too. Before `work`.
 * @property {() => Promise<unknown>} [forget] With the feature `forgets`: from now on no completed job is kept, also none of
 *   those there are.
 * @property {() => Promise<Counts>} counts
 * @property {() => Promise<unknown>} close Ends the worker when its handlers have ended, and all connections.
 */

/**
 * @typedef {object} WorkOptions
 * @property {number} concurrency Handlers at a time.
 * @property {() => Promise<unknown>} handler What it resolves to is the result of the job.
 * @property {number} [groupSize] With the feature `groups`: a handler is given up to so many jobs at once, and `handler` is
 *   called for each of them.
 */

/**
 * Schedules of which each fires every `everyMs`, so many `times`, first at `startsAt` (ms since 1970).
 *
 * @typedef {object} RecurringPlan
 * @property {number} schedules
 * @property {number} everyMs
 * @property {number} times
 * @property {number} startsAt
 * @property {number} concurrency Handlers at a time.
 * @property {(schedule: number, scheduledAt: number) => void} onFiring Called by the handler first: which schedule, and
 *   when it should have fired.
 */

/**
 * Flows, each of the same tree of jobs.
 *
 * @typedef {object} FlowPlan
 * @property {number} flows
 * @property {FlowNode} tree
 * @property {number} concurrency Handlers at a time.
 * @property {(name: string) => Promise<unknown>} handler Of every job, called with its name.
 */

/**
 * A job that runs when its children are done.
 *
 * @typedef {{ readonly name: string, readonly children?: readonly FlowNode[] }} FlowNode
 */

/**
 * One batch of items with 50 bytes each.
 *
 * @typedef {object} BatchPlan
 * @property {number} items
 * @property {number} chunkSize Items in flight.
 * @property {number} concurrency Handlers at a time.
 * @property {() => Promise<unknown>} handler Of every item.
 */

/**
 * Messages of 200 bytes for groups, by turns.
 *
 * @typedef {object} CollectPlan
 * @property {number} messages
 * @property {number} groups
 * @property {number} maxSize So many messages of one group become a job ...
 * @property {number} graceMs ... or those there are, when none has come for so long.
 * @property {number} concurrency Handlers at a time.
 * @property {(messages: number) => Promise<unknown>} handler Of the jobs; called with how many messages one was made of.
 */

/**
 * Jobs that are held back.
 *
 * @typedef {object} LimitedPlan
 * @property {number} jobs
 * @property {number} perSecond
 */

/**
 * What the store says about all jobs there are.
 *
 * @typedef {object} Counts
 * @property {number} unfinished In whatever state, but not completed.
 * @property {number} completed
 */

export {}
