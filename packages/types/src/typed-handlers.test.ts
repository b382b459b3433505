import { describe, expect, test } from 'vitest'
import type { JobContext } from './job-context.ts'
import type { JsonValue } from './json.ts'
import { NonRetryableError } from './steering/outcome-errors.ts'
import { conditionHandler, subflowHandler, withUpstream } from './typed-handlers.ts'
import type { WorkflowTask } from './workflow.ts'
import type { UpstreamPayload } from './workflow-output.ts'

const ctx = { jobId: 'j1' } as JobContext

describe('conditionHandler', () => {
  test('gives the route that was chosen', async () => {
    const handler = conditionHandler<{ value: number }>(({ value }) => (value > 100 ? 0 : 1))
    expect(await handler({ value: 250 }, ctx)).toEqual({ route: 0 })
    expect(await handler({ value: 5 }, ctx)).toEqual({ route: 1 })
  })

  test.each([-1, 0.5, Number.NaN, undefined, '0'])('refuses the route %s', async (route) => {
    await expect(conditionHandler(() => route as number)(null, ctx)).rejects.toThrow(NonRetryableError)
  })
})

describe('subflowHandler', () => {
  const task = (name: string): WorkflowTask => ({ name, taskType: 'item.process' })

  test('gives the tasks that were generated', async () => {
    const handler = subflowHandler<string[]>((names) => names.map(task))
    expect(await handler(['a', 'b'], ctx)).toEqual({ tasks: [task('a'), task('b')] })
    expect(await handler([], ctx)).toEqual({ tasks: [] })
  })

  test('refuses empty and equal names', async () => {
    const handler = subflowHandler<string[]>((names) => names.map(task))
    await expect(handler([''], ctx)).rejects.toThrow(NonRetryableError)
    await expect(handler(['a', 'a'], ctx)).rejects.toThrow('two subflow tasks are named "a"')
  })
})

describe('withUpstream', () => {
  const handler = withUpstream<{ n: number } | null, JsonValue, JsonValue>((upstream, original, context) => [
    upstream,
    original,
    context.jobId,
  ])

  test('hands over both parts of the envelope, whatever they are', () => {
    expect(handler({ upstream: { n: 5 }, original: { a: 1 } }, ctx)).toEqual([{ n: 5 }, { a: 1 }, 'j1'])
    expect(handler({ upstream: null, original: null }, ctx)).toEqual([null, null, 'j1'])
  })

  test.each([null, 5, 'text', [], {}, { upstream: 1 }, { original: 1 }, { orderId: 'o1' }])(
    'refuses %j, which is no envelope',
    (payload) => {
      expect(() => handler(payload as unknown as UpstreamPayload<null>, ctx)).toThrow(NonRetryableError)
    },
  )
})
