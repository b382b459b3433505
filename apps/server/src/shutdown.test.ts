import { silentLogger } from '@dureq/types'
import { expect, it } from 'vitest'
import { createShutdown } from './shutdown.ts'

const never = (): Promise<never> => new Promise(() => {})

it('undoes what was done, the last first, and once', async () => {
  const done: string[] = []
  const shutdown = createShutdown(silentLogger)
  for (const name of ['store', 'http', 'services'])
    shutdown.add({ name, withinMs: 60_000, run: async () => done.push(name) })
  await Promise.all([shutdown.run(), shutdown.run()])
  expect(done).toEqual(['services', 'http', 'store'])
})

it('is held up by nothing that fails or hangs, and says what it was', async () => {
  const done: string[] = []
  const shutdown = createShutdown(silentLogger)
  shutdown.add({ name: 'store', withinMs: 60_000, run: async () => done.push('store') })
  shutdown.add({ name: 'http', withinMs: 60_000, run: () => Promise.reject(new Error('no')) })
  shutdown.add({ name: 'services', withinMs: 1, run: never })
  await expect(shutdown.run()).rejects.toThrow('services did not stop within 1 ms')
  expect(done).toEqual(['store'])
})
