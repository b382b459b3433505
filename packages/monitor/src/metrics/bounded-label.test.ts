import { expect, it } from 'vitest'
import { createBoundedLabel } from './bounded-label.ts'

it('tells so many values apart, and goes on telling these', () => {
  const label = createBoundedLabel(2)
  expect(['a', 'b', 'c', 'a', 'd', 'b'].map(label)).toEqual(['a', 'b', 'other', 'a', 'other', 'b'])
})
