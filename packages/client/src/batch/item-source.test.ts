import { type BatchItem, defaultSizeLimits, defineTask, ValidationError } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import type { BatchItems } from './batch-definition.ts'
import { ItemSource, isItems, type Piece, restOf } from './item-source.ts'

const limits = defaultSizeLimits

async function piecesOf(source: ItemSource): Promise<readonly Piece[]> {
  const pieces: Piece[] = []
  for await (const piece of source.pieces()) pieces.push(piece)
  return pieces
}

const read = (items: BatchItems): Promise<readonly Piece[]> => piecesOf(new ItemSource(items, { limits }))

function* numbered(count: number, payload: unknown = 1): Generator<BatchItem<unknown>> {
  for (let i = 0; i < count; i++) yield { id: `i${i}`, payload }
}

async function* slowly(items: Iterable<BatchItem<unknown>>): AsyncGenerator<BatchItem<unknown>> {
  yield* items
}

const shape = (pieces: readonly Piece[]): unknown =>
  pieces.map(({ from, items, last }) => [from, items.length, last])

describe('ItemSource', () => {
  it.each([
    [0, [[0, 0, true]]],
    [1, [[0, 1, true]]],
    [1_000, [[0, 1_000, true]]],
    [
      1_001,
      [
        [0, 1_000, false],
        [1_000, 1, true],
      ],
    ],
    [
      2_000,
      [
        [0, 1_000, false],
        [1_000, 1_000, true],
      ],
    ],
  ])('cuts %i items into pieces of 1,000, whatever they come from', async (count, expected) => {
    expect(shape(await read([...numbered(count)]))).toEqual(expected)
    expect(shape(await read(numbered(count)))).toEqual(expected)
    expect(shape(await read(slowly(numbered(count))))).toEqual(expected)
  })

  it('cuts large items at about 1 MiB, in whole parts', async () => {
    const pieces = await read(numbered(450, 'x'.repeat(10_000)))
    expect(shape(pieces)).toEqual([
      [0, 200, false],
      [200, 200, false],
      [400, 50, true],
    ])
  })

  it('keeps ids and payloads as texts', async () => {
    const [piece] = await read([{ id: 'a', payload: { b: [1] } }])
    expect(piece?.items).toEqual([{ id: 'a', payload: '{"b":[1]}' }])
  })

  it('makes a piece only when it is asked for, and tells a producer that is left', async () => {
    let made = 0
    let left = false
    function* producer(): Generator<BatchItem<unknown>> {
      try {
        for (const item of numbered(5_000)) {
          made++
          yield item
        }
      } finally {
        left = true
      }
    }
    const pieces = new ItemSource(producer(), { limits }).pieces()
    await pieces.next()
    expect(made).toBe(1_001)
    await pieces.return()
    expect([made, left]).toEqual([1_001, true])
  })

  it('names everything that is wrong with a list before its first piece', async () => {
    const items: unknown[] = [...numbered(2_500)]
    items[3] = { id: '', payload: 1 }
    items[1_200] = { id: 'i7', payload: 1 }
    items[2_400] = { id: 'x', payload: 1n, more: 1 }
    items[2_401] = 'no item'
    const pieces = new ItemSource(items as never, { limits }).pieces()
    const error = await pieces.next().catch((thrown: unknown) => thrown)
    expect(ValidationError.is(error) && error.fields.map(({ field }) => field)).toEqual([
      'items[3].id',
      'items[1200].id',
      'items[2400].more',
      'items[2400].payload',
      'items[2401]',
    ])
  })

  it('stops at a hundred faults', async () => {
    const error = await read(Array.from({ length: 5_000 }, () => ({ id: '', payload: 1 }))).catch(
      (thrown: unknown) => thrown,
    )
    expect(ValidationError.is(error) && error.fields).toHaveLength(100)
  })

  it('names what is wrong with an iterable when its piece is made', async () => {
    function* producer(): Generator<BatchItem<unknown>> {
      yield* numbered(1_000)
      yield { id: 'a', payload: 1 }
      yield { id: 'a', payload: 1 }
    }
    const pieces = new ItemSource(producer(), { limits }).pieces()
    expect((await pieces.next()).value).toMatchObject({ from: 0 })
    await expect(pieces.next()).rejects.toMatchObject({
      fields: [{ field: 'items[1001].id', problem: 'must not be there twice' }],
    })
  })

  it('holds items against the payload schema of their task', async () => {
    const task = defineTask<{ to: string }>({
      type: 't',
      payload: { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] },
    }) as never
    const source = new ItemSource(
      [
        { id: 'a', payload: { to: 'x' } },
        { id: 'b', payload: { to: 1 } },
      ],
      { limits, task },
    )
    await expect(piecesOf(source)).rejects.toMatchObject({ fields: [{ field: 'items[1].payload.to' }] })
  })

  it('awaits a schema that is asynchronous', async () => {
    const validate = async (value: unknown) =>
      value === 1 ? { value } : { issues: [{ message: 'must be 1' }] }
    const task = { type: 't', payload: { '~standard': { version: 1, vendor: 'x', validate } } } as never
    const good = new ItemSource([{ id: 'a', payload: 1 }], { limits, task })
    expect(shape(await piecesOf(good))).toEqual([[0, 1, true]])
    const bad = new ItemSource([{ id: 'a', payload: 2 }], { limits, task })
    await expect(piecesOf(bad)).rejects.toMatchObject({ fields: [{ field: 'items[0].payload' }] })
  })

  it('passes over what is stored already, unchecked', async () => {
    function* producer(): Generator<BatchItem<unknown>> {
      for (let i = 0; i < 1_000; i++) yield { id: '', payload: 1n }
      yield { id: 'a', payload: 1 }
    }
    const source = new ItemSource(producer(), { limits })
    source.skipTo = 1_000
    const [, rest] = await piecesOf(source)
    expect(rest?.items).toEqual([{ id: 'a', payload: '1' }])
  })
})

describe('restOf', () => {
  const piece = {
    from: 100,
    items: [...Array(200).keys()].map((n) => ({ id: `${n}`, payload: '1' })),
    last: false,
  }

  it.each([
    [0, [100, 200]],
    [100, [100, 200]],
    [200, [200, 100]],
    [300, undefined],
    [900, undefined],
  ])('of what %i items are stored of', (size, expected) => {
    const rest = restOf(piece, size)
    expect(rest && [rest.from, rest.items.length]).toEqual(expected)
  })

  it('is nothing but the end, when all items of the last piece are stored', () => {
    expect(restOf({ ...piece, last: true }, 300)).toEqual({ from: 300, items: [], last: true })
  })
})

it.each([
  [[], true],
  [new Set(), true],
  [numbered(1), true],
  ['text', false],
  [7, false],
  [null, false],
  [{}, false],
])('isItems(%o) is %s', (value, expected) => {
  expect(isItems(value)).toBe(expected)
})
