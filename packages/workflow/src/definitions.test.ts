import { describe, expect, it } from 'vitest'
import { createGraphs } from './workflow-machine.ts'

const textOf = (tasks: number): string =>
  JSON.stringify({
    name: 'w',
    tasks: Array.from({ length: tasks }, (_, i) => ({ name: `t${i}`, taskType: 'x' })),
  })

function storeOf(texts: Readonly<Record<string, string>>) {
  const asked: string[][] = []
  return {
    asked,
    mailboxes: {
      definitions: async (hashes: readonly string[]) => {
        asked.push([...hashes])
        return hashes.map((hash) => texts[hash])
      },
    },
  }
}

describe('definitions', () => {
  it('are asked for together, and once', async () => {
    const { asked, mailboxes } = storeOf({ a: textOf(1), b: textOf(2) })
    const definitions = createGraphs(mailboxes)
    const graphs = await definitions.get(['a', 'b', 'a', 'gone'])
    expect([graphs.get('a'), graphs.get('b'), graphs.get('gone')]).toMatchObject([
      { size: 1 },
      { size: 2 },
      undefined,
    ])
    expect((await definitions.get(['b'])).get('b')).toBe(graphs.get('b'))
    expect(asked).toEqual([['a', 'b', 'gone']])
  })

  it('that cannot be read are errors, and keep no other from being read', async () => {
    const { asked, mailboxes } = storeOf({ a: '{"name":"w"}', b: 'not JSON', c: textOf(1) })
    const definitions = createGraphs(mailboxes)
    for (let i = 0; i < 2; i++) {
      const graphs = await definitions.get(['a', 'b', 'c'])
      expect(graphs.get('a')).toEqual(new Error('its definition a cannot be read'))
      expect(graphs.get('b')).toEqual(new Error('its definition b cannot be read'))
      expect(graphs.get('c')).toMatchObject({ size: 1 })
    }
    expect(asked).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b'],
    ])
  })

  it('are forgotten when there are too many, the least recently used first', async () => {
    const { asked, mailboxes } = storeOf({ a: textOf(2), b: textOf(2), c: textOf(2), large: textOf(9) })
    const definitions = createGraphs(mailboxes, 5)
    for (const hash of ['a', 'b', 'a', 'c', 'a', 'b', 'large', 'large']) await definitions.get([hash])
    expect(asked).toEqual([['a'], ['b'], ['c'], ['b'], ['large']])
  })
})
