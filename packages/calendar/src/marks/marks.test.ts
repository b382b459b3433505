import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inOrder, listed } from './listed.ts'
import { isMark, type Marks } from './marks.ts'
import { nested } from './nested.ts'
import { shifted } from './shifted.ts'
import { stride } from './stride.ts'
import { within } from './within.ts'

/** Marks with the rule that says which numbers they are. */
interface Case {
  readonly marks: Marks
  readonly isIn: (at: number) => boolean
}

const values = fc.array(fc.integer({ min: 0, max: 11 }), { minLength: 1, maxLength: 5 }).map(inOrder)
const shifts = fc.integer({ min: -30, max: 30 })

const listedCase = values.map((list): Case => ({ marks: listed(list), isIn: (at) => list.includes(at) }))

const strideCase = fc.tuple(shifts, fc.integer({ min: 1, max: 9 })).map(
  ([anchor, every]): Case => ({
    marks: stride(anchor, every),
    isIn: (at) => Math.abs((at - anchor) % every) === 0,
  }),
)

const nestedCase = fc.tuple(strideCase, values).map(
  ([outer, inner]): Case => ({
    marks: nested(outer.marks, 12, listed(inner)),
    isIn: (at) => outer.isIn(Math.floor(at / 12)) && inner.includes(at - Math.floor(at / 12) * 12),
  }),
)

const shiftedCase = fc
  .tuple(nestedCase, shifts)
  .map(([{ marks, isIn }, by]): Case => ({ marks: shifted(marks, by), isIn: (at) => isIn(at - by) }))

const withinCase = fc.tuple(fc.oneof(shiftedCase, strideCase), shifts, shifts).map(
  ([{ marks, isIn }, first, last]): Case => ({
    marks: within(marks, first, last),
    isIn: (at) => at >= first && at <= last && isIn(at),
  }),
)

describe.each([
  ['listed', listedCase],
  ['stride', strideCase],
  ['nested', nestedCase],
  ['shifted', shiftedCase],
  ['within', withinCase],
])('%s', (_, cases) => {
  it('finds the next, the one before, and their number', () => {
    fc.assert(
      fc.property(cases, shifts, fc.nat(40), ({ marks, isIn }, at, width) => {
        const ahead = Array.from({ length: 500 }, (__, i) => at + i)
        expect(marks.onOrAfter(at)).toBe(ahead.find(isIn))
        expect(marks.onOrBefore(at)).toBe(ahead.map((each) => 2 * at - each).find(isIn))
        expect(marks.count(at, at + width)).toBe(ahead.slice(0, width).filter(isIn).length)
        expect(isMark(marks, at)).toBe(isIn(at))
      }),
    )
  })
})

it('counts both ends of a range', () => {
  expect(within(stride(0, 5), 10, 20).count(0, 100)).toBe(3)
})

it('puts a list in order, each number once', () => {
  expect(inOrder([30, 9, 100, 9])).toEqual([9, 30, 100])
})
