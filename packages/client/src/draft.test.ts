import {
  defaultSizeLimits,
  defineTask,
  type NewJob,
  SizeLimitError,
  type StandardSchemaV1,
  ValidationError,
} from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { checkOptions } from './checked-options.ts'
import { type DraftContext, draftJob } from './draft.ts'

const limits = { ...defaultSizeLimits, payload: 20, headers: 4 }
const context: DraftContext = { limits, newId: () => 'id' }
const plain = checkOptions('t', {}, { limits, now: 0 })
const draft = (payload: unknown, checked = plain): unknown =>
  draftJob({ task: 't', payload }, checked, context)

it('has the payload as JSON text and an id of its own', () => {
  expect(draft({ a: [1, 'ü'] })).toEqual({ id: 'id', payload: '{"a":[1,"ü"]}', taskType: 't', priority: 5 })
})

it('has the payload null without one', () => {
  expect(draft(undefined)).toMatchObject({ payload: 'null' })
})

it('has the first firing of its schedule, late by a jitter of its own', () => {
  const schedule = { type: 'DURATION', interval: 60_000, jitter: 30_000 } as const
  const checked = checkOptions('t', { schedule }, { limits, now: 1_000 })
  const { recurrence } = draft(1, checked) as NewJob
  expect(recurrence).toMatchObject({ schedule, anchorAt: 1_000, next: { nextRunAt: 61_000 } })
  expect(recurrence?.next.dueAt).toBeGreaterThan(61_000)
  expect(recurrence?.next.dueAt).toBeLessThan(91_000)
})

describe('is refused', () => {
  it('with the path of what JSON cannot express', () => {
    for (const [payload, field] of [
      [{ a: 1n }, 'payload.a'],
      [[() => {}], 'payload[0]'],
      [{ a: [{ b: Number.NaN }] }, 'payload.a[0].b'],
      [new Map(), 'payload'],
    ] as const) {
      expect(() => draft(payload)).toThrow(
        expect.objectContaining({ fields: [expect.objectContaining({ field })] }),
      )
    }
    const circle: Record<string, unknown> = {}
    circle.self = circle
    expect(() => draft(circle)).toThrow(ValidationError)
  })

  it('with the limit when it is too large, as a size error if that is all', () => {
    expect(() => draft('x'.repeat(19))).toThrow(SizeLimitError)
    expect(draft('x'.repeat(18))).toMatchObject({ payload: `"${'x'.repeat(18)}"` })
    const headers = checkOptions('t', { headers: { a: 'bcde' } }, { limits, now: 0 })
    expect(() => draft(1, headers)).toThrow(SizeLimitError)
  })

  it('with every fault of options and payload in one error', () => {
    const wrong = checkOptions('t', { priority: 0, headers: { a: 'bcde' } }, { limits, now: 0 })
    expect(() => draft('x'.repeat(19), wrong)).toThrow(
      expect.objectContaining({
        code: 'validation',
        fields: ['headers', 'priority', 'payload'].map((field) => expect.objectContaining({ field })),
      }),
    )
  })
})

describe('with a schema', () => {
  const issue = { message: 'must be a text', path: ['to'] }
  const schema = (late: boolean): StandardSchemaV1<{ to: string }> => ({
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value) => {
        const fits = typeof (value as { to?: unknown } | null)?.to === 'string'
        const result = fits ? { value: { to: 'changed' } } : { issues: [issue] }
        return late ? Promise.resolve(result) : result
      },
    },
  })

  it.each([false, true])('stores what came in, not what the schema makes of it (late: %s)', async (late) => {
    const task = defineTask({ type: 't', payload: schema(late) })
    const drafted = draftJob({ task, payload: { to: 'a' } }, plain, context)
    expect(drafted instanceof Promise).toBe(late)
    expect(await drafted).toMatchObject({ payload: '{"to":"a"}' })
  })

  it.each([false, true])('names what does not fit (late: %s)', async (late) => {
    const task = defineTask({ type: 't', payload: schema(late) })
    const wrong = checkOptions(task, { priority: 0 }, { limits, now: 0 })
    const attempt = async (): Promise<unknown> => draftJob({ task, payload: { to: 1 } }, wrong, context)
    await expect(attempt()).rejects.toMatchObject({
      fields: [{ field: 'priority' }, { field: 'payload.to', problem: 'must be a text' }],
    })
  })
})
