import { expect, it } from 'vitest'
import { joinSignals, orAborted } from './joined-signal.ts'

it('aborts with the first of its signals, and with its reason', () => {
  const [one, two] = [new AbortController(), new AbortController()]
  const { signal } = joinSignals([one.signal, undefined, two.signal])
  expect(signal.aborted).toBe(false)
  two.abort('two')
  one.abort('one')
  expect(signal.reason).toBe('two')
})

it('is aborted at once when one of its signals is', () => {
  expect(joinSignals([AbortSignal.abort('before')]).signal.reason).toBe('before')
})

it('does not hear them any more once released', () => {
  const one = new AbortController()
  const joined = joinSignals([one.signal])
  joined.release()
  one.abort()
  expect(joined.signal.aborted).toBe(false)
})

it('gives up on a promise when the signal aborts', async () => {
  const one = new AbortController()
  const never = orAborted(new Promise(() => {}), one.signal)
  one.abort(new Error('enough'))
  await expect(never).rejects.toThrow('enough')
  await expect(orAborted(Promise.resolve(1), AbortSignal.abort(new Error('late')))).rejects.toThrow('late')
  await expect(orAborted(Promise.resolve(1), new AbortController().signal)).resolves.toBe(1)
})
