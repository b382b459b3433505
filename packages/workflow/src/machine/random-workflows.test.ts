import { resolveWorkflow } from '@dureq/dag'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drawFrom } from '../../test/machine/draw-from.ts'
import { type Driven, drive } from '../../test/machine/drive.ts'
import { type Expected, interpret } from '../../test/machine/interpreter.ts'
import { type RandomOptions, randomWorkflow } from '../../test/machine/random-workflow.ts'

/** Cases of each kind; `DUREQ_RUNS` asks for more. */
const RUNS = Number(process.env.DUREQ_RUNS ?? 120)

const failures: readonly RandomOptions[] = [
  { failures: 'none' },
  { failures: 'fatal' },
  { failures: 'retried' },
]

/** `apart`: with a part for every task, as large workflows have. */
const kinds = [false, true].flatMap((apart) => failures.map((options) => ({ apart, ...options })))

/** What chance decides, as a list that fast-check can shorten. */
const draws = fc.noBias(fc.array(fc.nat(999), { minLength: 200, maxLength: 400, size: 'max' }))

describe('random workflows, in a random order of random pieces of mail that comes again, suspended and resumed', () => {
  test.each(kinds)(
    'end as a naive interpreter says, %o',
    { timeout: 60 * RUNS + 30_000 },
    ({ apart, ...options }) => {
      fc.assert(
        fc.property(draws, draws, (shape, order) => {
          const workflow = randomWorkflow(drawFrom(shape), options)
          resolveWorkflow(workflow.definition)
          check(drive(workflow, drawFrom(order), { apart }), interpret(workflow))
        }),
        { numRuns: RUNS, interruptAfterTimeLimit: 60 * RUNS, markInterruptAsFailure: false },
      )
    },
  )
})

function check(found: Driven, expected: Expected): void {
  expect(found.status).toBe(expected.status)
  if (!expected.exact) {
    for (const [name, count] of found.successes) {
      expect(count, name).toBeLessThanOrEqual(expected.successes.get(name) ?? 0)
    }
    return
  }
  expect(Object.fromEntries(found.successes)).toEqual(Object.fromEntries(expected.successes))
  expect(found.output).toBe(expected.output)
  const isHere = (name: string): boolean => found.parts.has(`t:${name}`)
  expect(skippedOf(found)).toEqual([...expected.skipped].filter(isHere).sort())
}

function skippedOf({ parts }: Driven): readonly string[] {
  const skipped = [...parts].filter(([, part]) => 'skipped' in part && part.skipped !== undefined)
  return skipped.map(([name]) => name.slice(2)).sort()
}
