import { expectTypeOf, test } from 'vitest'
import type { HandlerFunc } from './handler.ts'
import type { JsonValue } from './json.ts'
import { chainMiddleware, type Middleware } from './middleware.ts'
import { conditionHandler, subflowHandler, withUpstream } from './typed-handlers.ts'
import type { ConditionResult, SubflowResult, UpstreamPayload } from './workflow-output.ts'

test('a handler may return its result or a promise of it, or nothing', () => {
  expectTypeOf<(payload: { to: string }) => void>().toExtend<HandlerFunc<{ to: string }>>()
  expectTypeOf<() => Promise<{ id: string }>>().toExtend<HandlerFunc<JsonValue, { id: string }>>()
  expectTypeOf<() => number>().not.toExtend<HandlerFunc<JsonValue, { id: string }>>()
  expectTypeOf<(payload: { to: number }) => void>().not.toExtend<HandlerFunc<{ to: string }>>()
})

test('typed handlers say what they take and give', () => {
  expectTypeOf(conditionHandler<{ n: number }>(({ n }) => n)).toEqualTypeOf<
    HandlerFunc<{ n: number }, ConditionResult>
  >()
  expectTypeOf(subflowHandler<string[]>(() => [])).toEqualTypeOf<HandlerFunc<string[], SubflowResult>>()
  expectTypeOf(withUpstream((upstream: number, original: string) => upstream + original)).toEqualTypeOf<
    HandlerFunc<UpstreamPayload<number, string>, string>
  >()
})

test('middlewares go around handlers of any payload', () => {
  const same: Middleware = (next) => next
  const handler: HandlerFunc<{ to: string }, number> = () => 1
  expectTypeOf(chainMiddleware(handler, [same])).toEqualTypeOf<HandlerFunc<{ to: string }>>()
})
