import { describe, expectTypeOf, it } from 'vitest'
import {
  createWorker,
  defineTask,
  type GroupContext,
  type GroupedJob,
  type JobContext,
  type JsonValue,
  type Worker,
  type WorkerOptions,
} from './index.ts'

declare const options: WorkerOptions
declare const worker: Worker

/** As a schema library would have it: takes `Input`, makes `Output` of it. */
declare function schema<Input, Output = Input>(): {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => { readonly value: Output }
    readonly types: { readonly input: Input; readonly output: Output }
  }
}

const plain = defineTask({ type: 'plain' })
const named = defineTask<{ to: string }, { id: string }>({ type: 'named' })
const parsed = defineTask({
  type: 'parsed',
  payload: schema<{ at: string }, { at: Date }>(),
  result: schema<{ id: string }>(),
})

describe('handle', () => {
  it('gives the handler what the payload schema makes of the payload, and its context', () => {
    worker.handle(parsed, async (payload, ctx) => {
      expectTypeOf(payload).toEqualTypeOf<{ at: Date }>()
      expectTypeOf(ctx).toEqualTypeOf<JobContext>()
      return { id: 'x' }
    })
  })

  it('gives the payload a task without schemas is named with', () => {
    worker.handle(named, (payload) => {
      expectTypeOf(payload).toEqualTypeOf<{ to: string }>()
      return { id: payload.to }
    })
  })

  it('wants the result its task says', () => {
    // @ts-expect-error the result lacks its id
    worker.handle(parsed, async () => ({ no: 'id' }))
    // @ts-expect-error there is no result
    worker.handle(named, async () => {})
  })

  it('wants no result where the task says nothing about it', () => {
    worker.handle(plain, async () => {})
    worker.handle(plain, () => 7)
    worker.handle('by.name', () => undefined)
  })

  it('takes a task type or a pattern, and the payload type of its author', () => {
    worker.handle('order.*', (payload) => {
      expectTypeOf(payload).toEqualTypeOf<JsonValue>()
    })
    worker.handle<{ orderId: number }>('order.paid', ({ orderId }) => {
      expectTypeOf(orderId).toEqualTypeOf<number>()
    })
  })

  it('takes options, and none that would have no effect', () => {
    worker.handle(plain, () => {}, {
      concurrency: 5,
      version: 'b7',
      timeout: '30s',
      retryPolicy: { jitter: 0 },
    })
    // @ts-expect-error the client decides the priority
    worker.handle(plain, () => {}, { priority: 7 })
  })

  it('can be chained', () => {
    expectTypeOf(
      createWorker(options)
        .use((next) => next)
        .handle(plain, () => {})
        .hook('onJobDead', () => {}),
    ).toEqualTypeOf<Worker>()
  })
})

describe('handleMany', () => {
  it('gives the handler jobs with what the payload schema makes of their payloads, and the context of the whole', () => {
    worker.handleMany(parsed, { maxSize: 10 }, async (jobs, ctx) => {
      expectTypeOf(jobs).toEqualTypeOf<readonly GroupedJob<{ at: Date }>[]>()
      expectTypeOf(jobs[0]?.signal).toEqualTypeOf<AbortSignal | undefined>()
      expectTypeOf(ctx).toEqualTypeOf<GroupContext>()
      return jobs.map(() => ({ id: 'x' }))
    })
  })

  it('wants a result or an error for each job, as its task says', () => {
    worker.handleMany(named, { maxSize: 10, maxWaitMs: 5 }, (jobs) =>
      jobs.map(({ payload }) => (payload.to === '' ? new Error('no address') : { id: payload.to })),
    )
    // @ts-expect-error the results lack their id
    worker.handleMany(parsed, { maxSize: 10 }, async (jobs) => jobs.map(() => ({ no: 'id' })))
    // @ts-expect-error one result is not one for each
    worker.handleMany(named, { maxSize: 10 }, async () => ({ id: 'x' }))
    // @ts-expect-error there are no results
    worker.handleMany(plain, { maxSize: 10 }, async () => {})
  })

  it('wants any results where the task says nothing about them', () => {
    worker.handleMany(plain, { maxSize: 10 }, (jobs) => jobs.map(() => undefined))
    worker.handleMany(plain, { maxSize: 10 }, (jobs) => jobs.map((_, i) => i))
  })

  it('takes a task type or a pattern, and the payload type of its author', () => {
    worker.handleMany('order.*', { maxSize: 10 }, (jobs) => {
      expectTypeOf(jobs).toEqualTypeOf<readonly GroupedJob<JsonValue>[]>()
      return jobs.map(() => undefined)
    })
    worker.handleMany<{ orderId: number }>('order.paid', { maxSize: 10 }, (jobs) =>
      jobs.map(({ payload }) => {
        expectTypeOf(payload.orderId).toEqualTypeOf<number>()
        return payload.orderId
      }),
    )
  })

  it('takes the options of other handlers, and not without a size', () => {
    const options = { maxSize: 10, concurrency: 5, version: 'b7', timeout: '30s' } as const
    expectTypeOf(worker.handleMany(plain, options, (jobs) => jobs.map(() => 1))).toEqualTypeOf<Worker>()
    // @ts-expect-error the size is missing
    worker.handleMany(plain, { maxWaitMs: 5 }, () => [])
    // @ts-expect-error the client decides the priority
    worker.handleMany(plain, { maxSize: 10, priority: 7 }, () => [])
  })
})
