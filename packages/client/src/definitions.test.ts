import type { MailboxesRole } from '@dureq/types'
import { expect, it } from 'vitest'
import { createDefinitions } from './definitions.ts'

function createSubject(texts: Readonly<Record<string, string>>) {
  const asked: (readonly string[])[] = []
  const mailboxes = {
    definitions: async (hashes: readonly string[]) => {
      asked.push(hashes)
      return hashes.map((hash) => texts[hash])
    },
  } as Partial<MailboxesRole> as MailboxesRole
  return { definitions: createDefinitions<{ readonly name: string }>({ mailboxes }), asked }
}

const textOf = (name: string, size: number = 0): string =>
  JSON.stringify({ name, tasks: [], note: 'x'.repeat(size) })

it('asks for all definitions of a tick at once, and for each only once', async () => {
  const { definitions, asked } = createSubject({ a: textOf('one'), b: textOf('two') })
  const [one, two, none] = await Promise.all(['a', 'b', 'c'].map((hash) => definitions.read(hash)))
  expect([one?.name, two?.name, none]).toEqual(['one', 'two', undefined])
  expect(await definitions.read('a')).toBe(one)
  expect(asked).toEqual([['a', 'b', 'c']])
})

it('remembers those used last, within bounds', async () => {
  const large = 7 * 1024 * 1024
  const { definitions, asked } = createSubject({
    a: textOf('a', large),
    b: textOf('b', large),
    c: textOf('c', large),
  })
  for (const hash of ['a', 'b', 'a', 'c', 'a', 'b']) await definitions.read(hash)
  expect(asked).toEqual([['a'], ['b'], ['c'], ['b']])
})
