import { expect, test } from 'vitest'
import { readingOnce, writingOnce } from './remember-last.ts'

test('a text that comes again is not read again, another is', () => {
  const texts: string[] = []
  const read = readingOnce((text) => texts.push(text))
  expect(['a', 'a', 'b', 'a'].map(read)).toEqual([1, 1, 2, 3])
  expect(texts).toEqual(['a', 'b', 'a'])
})

test('equal tuples have one text, and whatever differs makes another', () => {
  const write = writingOnce()
  const tuples = [
    [1, 'a', null, [2, ['b']]],
    [1, 'a', null, [2, ['b']]],
    [1, 'a', null, [2, ['c']]],
    [1, 'a', null, [2, 'c']],
    [1, 'a', null, null],
    [1, 'a', null],
    [1, 'a', null, []],
    [1, 'a', null, [2]],
  ]
  for (const tuple of tuples) expect(write(tuple)).toBe(JSON.stringify(tuple))
})
