import { defineTask, type GroupConfig, type StandardSchemaV1 } from '@dureq/types'
import { expectTypeOf, test } from 'vitest'
import { defineGroup } from './define-group.ts'

declare const digest: StandardSchemaV1<{ mails: string[]; at?: string }, { mails: string[]; at: Date }>
const task = defineTask({ type: 'digest.send', payload: digest })

test('messages and what is made of them have the input type of the task', () => {
  const group = defineGroup(task, {
    group: 'user-*',
    aggregator: (name, digests, { signal }) => {
      expectTypeOf(name).toBeString()
      expectTypeOf(digests).toEqualTypeOf<readonly { mails: string[]; at?: string }[]>()
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
      return { mails: digests.flatMap(({ mails }) => mails) }
    },
  })
  expectTypeOf(group).toEqualTypeOf<GroupConfig>()
})

test('named types do as well', () => {
  const named = defineTask<{ n: number }>({ type: 'sum' })
  defineGroup(named, { aggregator: async (_, parts) => ({ n: parts.reduce((sum, { n }) => sum + n, 0) }) })
})

test('what does not fit is refused', () => {
  // @ts-expect-error the handler takes no list
  defineGroup(task, { aggregator: (_, digests) => digests })
  // @ts-expect-error no number either
  defineGroup(task, { aggregator: async () => 5 })
  // @ts-expect-error the task says its type
  defineGroup(task, { taskType: 'other', aggregator: () => ({ mails: [] }) })
})
