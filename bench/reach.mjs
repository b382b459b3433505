/**
 * What dureq set out to reach: the lines of the table at the top of the page. Whether one is reached is computed from
 * the medians of the run, whatever they are.
 *
 * @typedef {object} Target
 * @property {string} aim
 * @property {string} unit Of value and bound.
 * @property {Bound} bound
 * @property {(median: Median) => number | undefined} value undefined when the run did not measure it.
 *
 * @typedef {{ atLeast: number } | { atMost: number } | { below: number }} Bound
 * @typedef {(scenario: string, measure: string, system: string) => number | undefined} Median
 */

/**
 * One thing measured for two systems or in two scenarios, the first divided by the second.
 *
 * @typedef {{ scenario: string, measure?: string, system?: string }} Point
 * @param {Point} of
 * @param {Point} to
 * @returns {Target['value']}
 */
const ratio = (of, to) => (median) => {
  const [above, below] = [of, to].map(({ scenario, measure = 'rate', system = 'dureq-redis' }) =>
    median(scenario, measure, system),
  )
  return above === undefined || below === undefined ? undefined : above / below
}

/**
 * @param {string} scenario
 * @param {string} [measure]
 */
const toBullmq = (scenario, measure = 'rate') =>
  ratio({ scenario, measure }, { scenario, measure, system: 'bullmq' })

/** @param {string} scenario */
const toRawLoop = (scenario) => ratio({ scenario }, { scenario, system: 'raw-loop' })

/** @param {string} scenario */
const sqliteToBullmq = (scenario) =>
  ratio({ scenario, system: 'dureq-sqlite' }, { scenario, system: 'bullmq' })

/** @param {number} times */
const atLeast = (times) => ({ bound: { atLeast: times }, unit: ' ×' })

/** @param {number} times */
const atMost = (times) => ({ bound: { atMost: times }, unit: ' ×' })

/**
 * The rate in one scenario to that in another, on either store.
 *
 * @param {string} aim
 * @param {number} times At least so many.
 * @param {{ of: string, to: string }} scenarios
 * @returns {Target[]}
 */
const onBothStores = (aim, times, { of, to }) =>
  [
    { system: 'dureq-redis', what: aim },
    { system: 'dureq-sqlite', what: `dureq on SQLite: ${aim[0]?.toLowerCase()}${aim.slice(1)}` },
  ].map(({ system, what }) => ({
    aim: what,
    ...atLeast(times),
    value: ratio({ scenario: of, system }, { scenario: to, system }),
  }))

/**
 * A large batch must not cost more per item than a small one, nor much more than jobs without a batch. One of a million is
 * measured only when it is asked for.
 *
 * @param {string} system
 * @param {string} where
 */
const batchTargets = (system, where) =>
  ['200000', '1000000'].flatMap((items) => {
    const large = { scenario: `batch-${items}`, system }
    const what = `A batch of ${Number(items).toLocaleString('en-US')} items ${where}, items a second`
    return [
      {
        aim: `${what}, to one of 10,000`,
        ...atLeast(0.8),
        value: ratio(large, { scenario: 'batch-10000', system }),
      },
      {
        aim: `${what}, to producer and worker processes`,
        ...atLeast(0.6),
        value: ratio(large, { scenario: 'processes-1', system }),
      },
    ]
  })

/** @type {readonly Target[]} */
export const targets = [
  { aim: 'Drain, 100 at a time, to BullMQ', ...atLeast(4), value: toBullmq('drain-100') },
  { aim: 'Drain, 500 at a time, to BullMQ', ...atLeast(4), value: toBullmq('drain-500') },
  { aim: 'Drain, 10 at a time, to BullMQ', ...atLeast(3), value: toBullmq('drain-10') },
  { aim: 'Drain, 1 at a time, to BullMQ', ...atLeast(1.5), value: toBullmq('drain-1') },
  {
    aim: 'Drain, 100 at a time, completed jobs kept, to BullMQ',
    ...atLeast(3),
    value: toBullmq('drain-kept-100'),
  },
  { aim: 'Enqueue, 500 jobs a call, to BullMQ', ...atLeast(4), value: toBullmq('enqueue-bulk') },
  {
    aim: 'Enqueue, 64 single calls in flight, to BullMQ',
    ...atLeast(2.5),
    value: toBullmq('enqueue-single'),
  },
  { aim: 'Producer and worker processes together, to BullMQ', ...atLeast(4), value: toBullmq('processes-1') },
  {
    aim: 'The same with a second worker process, to that with one',
    ...atLeast(0.9),
    value: ratio({ scenario: 'processes-2' }, { scenario: 'processes-1' }),
  },
  { aim: 'Idle latency, p50, to BullMQ', ...atMost(0.6), value: toBullmq('idle-latency', 'p50') },
  { aim: 'Idle latency, p99, to BullMQ', ...atMost(1), value: toBullmq('idle-latency', 'p99') },
  {
    aim: '10,000 jobs due at once, until the last one is done, to BullMQ',
    ...atMost(1 / 3),
    value: toBullmq('due-at-once', 'ms'),
  },
  {
    aim: 'Firings of 1,000 schedules of one second, of those due',
    bound: { atLeast: 100 },
    unit: ' %',
    value: (median) => median('schedules', 'share', 'dureq-redis'),
  },
  { aim: 'Flows of a parent with ten children, to BullMQ', ...atLeast(3), value: toBullmq('flows') },
  {
    aim: 'dureq on SQLite: flows of a parent with ten children, to BullMQ on Redis',
    ...atLeast(3),
    value: sqliteToBullmq('flows'),
  },
  ...onBothStores('One flow of 10,000 jobs, to flows of eleven', 0.8, { of: 'large-flow', to: 'flows' }),
  {
    aim: 'From the end of a job to the start of the one that waits for it, p50',
    bound: { below: 3 },
    unit: ' ms',
    value: (median) => median('chain', 'p50', 'dureq-redis'),
  },
  {
    aim: 'dureq on SQLite: from the end of a job to the start of the one that waits for it, p50',
    bound: { below: 3 },
    unit: ' ms',
    value: (median) => median('chain', 'p50', 'dureq-sqlite'),
  },
  ...batchTargets('dureq-redis', 'on Redis'),
  ...batchTargets('dureq-sqlite', 'on SQLite'),
  {
    aim: 'Memory of Redis with a batch of 1,000,000 items',
    bound: { below: 1_024 },
    unit: ' MiB',
    value: (median) => median('batch-1000000', 'memory', 'dureq-redis'),
  },
  {
    aim: 'Commands that 100,000 idle groups add to those of an idle node',
    bound: { below: 1 },
    unit: ' a second',
    value: (median) => {
      const [withThem, without] = ['sent', 'sentWithout'].map((measure) =>
        median('idle-groups', measure, 'dureq-redis'),
      )
      return withThem === undefined || without === undefined ? undefined : Math.max(0, withThem - without)
    },
  },
  { aim: 'Redis memory per waiting job, to BullMQ', ...atMost(0.55), value: toBullmq('memory', 'waiting') },
  {
    aim: 'Redis memory per completed and kept job, to BullMQ',
    ...atMost(0.55),
    value: toBullmq('memory', 'kept'),
  },
  {
    aim: 'Drain with a backlog of 1,000,000, to that with 20,000',
    ...atLeast(0.9),
    value: ratio({ scenario: 'backlog-1000000' }, { scenario: 'backlog-20000' }),
  },
  ...onBothStores(
    'Drain, each job with one of 1,000 concurrency keys of limit 1, to that without keys',
    0.5,
    {
      of: 'keys-1000',
      to: 'drain-100',
    },
  ),
  ...onBothStores('Drain beside a tier that is held back by a rate limit, to that without one', 0.95, {
    of: 'limited-tier-10000',
    to: 'limited-tier-0',
  }),
  ...onBothStores('Drain while 1,000,000 ended jobs are removed, to that with none', 0.9, {
    of: 'forgetting-1000000',
    to: 'forgetting-0',
  }),
  {
    aim: 'Drain with 1,000 task types in use, to that with one',
    ...atLeast(0.8),
    value: ratio({ scenario: 'types-1000' }, { scenario: 'types-1' }),
  },
  {
    aim: 'Commands an idle node sends',
    bound: { below: 2 },
    unit: ' a second',
    value: (median) => median('idle-commands', 'sent', 'dureq-redis'),
  },
  {
    aim: 'Payloads of 1 MiB, time to that of the raw loop',
    ...atMost(1.3),
    value: ratio({ scenario: 'large-payloads', system: 'raw-loop' }, { scenario: 'large-payloads' }),
  },
  {
    aim: 'dureq on SQLite: drain, 100 at a time, to BullMQ on Redis',
    ...atLeast(1.5),
    value: sqliteToBullmq('drain-100'),
  },
  {
    aim: 'dureq on SQLite: enqueue, 500 jobs a call, to BullMQ on Redis',
    ...atLeast(3),
    value: sqliteToBullmq('enqueue-bulk'),
  },
  { aim: 'Drain, 10 at a time, to the raw loop', ...atLeast(0.5), value: toRawLoop('drain-10') },
  { aim: 'Drain, 100 at a time, to the raw loop', ...atLeast(0.5), value: toRawLoop('drain-100') },
  { aim: 'Drain, 500 at a time, to the raw loop', ...atLeast(0.5), value: toRawLoop('drain-500') },
]

/**
 * Whether a value is within a bound.
 *
 * @param {number} value
 * @param {Bound} bound
 */
export function fits(value, bound) {
  if ('atLeast' in bound) return value >= bound.atLeast
  return 'atMost' in bound ? value <= bound.atMost : value < bound.below
}
