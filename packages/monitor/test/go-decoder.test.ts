import { expect, it } from 'vitest'
import { asGo, duration, int, map, slice, string, struct, time, uint } from './fixtures/go-decoder.ts'

it.each([
  [
    duration,
    ['0s', '1h0m0s', '1m30s', '1.5s', '500ms', '1.5µs', '-2s'],
    ['1', 1, '', '1h', '90', '1d', null],
  ],
  [
    time,
    ['2026-03-11T10:00:00Z', '2026-03-11T10:00:00.12+09:00'],
    ['2026-03-11', 1, '2026-03-11T10:00:00.10Z'],
  ],
  [int, [0, -1, 1_500_000_000], [1.5, '1', null, 2 ** 60]],
  [uint, [0, 7], [-1, '0']],
  [slice(string), [[], ['a']], [null, {}, [1]]],
  [map(int), [{}, { a: 1 }], [null, [], { a: '1' }]],
])('tells what a Go program can read', (type, good, bad) => {
  for (const value of good) expect(asGo(type, value), JSON.stringify(value)).toEqual([])
  for (const value of bad) expect(asGo(type, value), JSON.stringify(value)).toHaveLength(1)
})

it('tells where a struct does not fit', () => {
  const type = struct({ id: string, 'at?': time, inner: slice(struct({ n: int })) })
  expect(asGo(type, { id: 'a', inner: [{ n: 1, more: 2 }], other: 1 })).toEqual([])
  expect(asGo(type, { at: null, inner: [{ n: 'x' }] })).toEqual([
    '$.id: is missing',
    '$.at: null is no RFC 3339 time',
    '$.inner[0].n: "x" is no int',
  ])
})
