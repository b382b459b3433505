import { createDeferred } from '@dureq/runtime'
import { ServerStoppedError } from '@dureq/types'
import { expect, it } from 'vitest'
import { createClientLife } from './life.ts'

it('awaits what is under way, takes nothing new and tells what waits', async () => {
  const life = createClientLife()
  const answer = createDeferred<string>()
  const { ask } = life.bind({ ask: (name: string) => answer.promise.then((text) => text + name) })
  const first = ask('Ann')
  let closed = false
  const closing = life.close().then(() => {
    closed = true
  })
  expect(life.signal.reason).toBeInstanceOf(ServerStoppedError)
  await expect(ask('Bob')).rejects.toThrow(ServerStoppedError)
  expect(closed).toBe(false)

  answer.resolve('hello ')
  expect(await first).toBe('hello Ann')
  await closing
  await life.close()
})

it('turns what a function throws at once into a rejection', async () => {
  const { fail } = createClientLife().bind({
    fail: (): Promise<void> => {
      throw new Error('at once')
    },
  })
  await expect(fail()).rejects.toThrow('at once')
})
