import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runNaively } from '../../test/machine/naive-batch.ts'
import { type Draw, drawScript, RandomRun } from '../../test/machine/random-batch.ts'

const runs = fc.record({ seed: fc.integer({ min: 0, max: 0xffff_ffff }), streamed: fc.boolean() })

/** Each failure that is left may end one attempt. */
const MOST_RETRIES = 500

/** They take less than a second where nothing else runs. */
const SLOW_MACHINE_MS = 60_000

test(
  'a batch that nobody disturbs comes to what a plain loop does',
  () => {
    fc.assert(
      fc.property(runs, ({ seed, streamed }) => {
        const draw = seeded(seed)
        const drawn = drawScript(draw)
        const script = {
          ...drawn,
          definition: { ...drawn.definition, failurePolicy: 'continue_on_error' as const },
        }
        const { batch, seen } = new RandomRun(script, draw, streamed).moves(draw(100)).produce().run()
        const { status, completed, failed, dispatched } = runNaively(script)
        expect(batch.head.status).toBe(status)
        expect(batch.state).toMatchObject({ completed, failed, cancelled: 0 })
        // Each exactly once per attempt.
        for (const tasks of seen.dispatched.values()) expect(new Set(tasks).size).toBe(tasks.length)
        expect(new Map([...seen.dispatched].map(([attempt, tasks]) => [attempt, new Set(tasks)]))).toEqual(
          dispatched,
        )
        expect(batch.names('active')).toEqual([])
        if (status === 'completed') expect(batch.names('unmet')).toEqual([])
      }),
      { numRuns: 30 },
    )
  },
  SLOW_MACHINE_MS,
)

test(
  'a batch that is cancelled, fails fast and is retried loses and doubles nothing',
  () => {
    fc.assert(
      fc.property(runs, ({ seed, streamed }) => {
        const draw = seeded(seed)
        const script = drawScript(draw)
        const random = new RandomRun(script, draw, streamed).moves(draw(60))
        const { batch, seen } = random
        for (let i = 0; i < 3; i++) {
          if (draw(2) === 0) batch.send({ kind: 'cancel' })
          random.moves(draw(40)).produce()
          batch.send({ kind: 'retry', failedOnly: draw(2) === 0 })
          random.moves(draw(40))
        }
        random.produce().run()
        for (let i = 0; i < MOST_RETRIES && batch.send({ kind: 'retry', failedOnly: true }); i++)
          random.produce().run()
        expect(batch.head.status).toBe('completed')
        expect(batch.state).toMatchObject({
          completed: script.definition.items.length,
          failed: 0,
          cancelled: 0,
        })
        expect(batch.names('unmet')).toEqual([])
        for (const tasks of seen.dispatched.values()) expect(new Set(tasks).size).toBe(tasks.length)
        for (const place of script.definition.items.keys())
          expect(seen.completed.get(String(place))).toBeGreaterThan(0)
      }),
      { numRuns: 30 },
    )
  },
  SLOW_MACHINE_MS,
)

test(
  'retries of what failed carry every item to its success exactly once',
  () => {
    fc.assert(
      fc.property(runs, ({ seed, streamed }) => {
        const draw = seeded(seed)
        const script = drawScript(draw)
        const random = new RandomRun(script, draw, streamed)
        for (let i = 0; i < 3; i++) {
          random.moves(draw(60)).produce()
          if (draw(2) === 0) random.batch.send({ kind: 'cancel' })
          random.moves(draw(60))
          random.batch.send({ kind: 'retry', failedOnly: true })
        }
        random.produce().run()
        for (let i = 0; i < MOST_RETRIES && random.batch.send({ kind: 'retry', failedOnly: true }); i++)
          random.produce().run()
        expect(random.batch.head.status).toBe('completed')
        for (const place of script.definition.items.keys())
          expect(random.seen.completed.get(String(place))).toBe(1)
      }),
      { numRuns: 30 },
    )
  },
  SLOW_MACHINE_MS,
)

/** Draws of a seed (mulberry32). */
function seeded(seed: number): Draw {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
