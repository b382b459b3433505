import { expect, it } from 'vitest'
import { beatDoor } from './beat-door.ts'

it('leads to a built module beside another', () => {
  const door = beatDoor('./beat.js', 'file:///srv/dist/store.js', { path: 'a' })
  expect(door).toEqual({ module: 'file:///srv/dist/beat.js', options: { path: 'a' } })
})

it('is none among sources, nor for options that cannot be copied', () => {
  expect(beatDoor('./beat.js', import.meta.url, {})).toBeNull()
  expect(beatDoor('./beat.js', 'file:///srv/dist/store.js', { check: () => {} })).toBeNull()
})
