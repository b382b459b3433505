import { describe, expect, it } from 'vitest'
import { collected } from '../fixtures/groups.ts'
import { GroupModel, type ModelGroup, mayWait } from './group-model.ts'

/** Grace period 100 ms, longest delay 250 ms, 3 messages. */
const setting = { gracePeriodMs: 100, maxDelayMs: 250, maxSize: 3 }

describe('the model of groups', () => {
  it('keeps messages by the place they were told of', () => {
    const model = new GroupModel()
    const [a, b, c] = [collected(), collected(), collected({ group: 'h' })]
    model.note(a, { id: 'x', size: 1 }, 10)
    model.note(c, { id: 'y', size: 1 }, 10)
    model.note(b, { id: 'x', size: 2 }, 20)
    expect(model.groups.get('x')).toMatchObject({ messages: [a.id, b.id], firstAt: 10, lastAt: 20 })
    expect(model.messages).toStrictEqual([a.id, b.id, c.id])
  })

  it('refuses two messages at one place, and a message of another group', () => {
    const model = new GroupModel()
    model.note(collected(), { id: 'x', size: 1 }, 10)
    expect(() => model.note(collected(), { id: 'x', size: 1 }, 10)).toThrow(/two messages/)
    expect(() => model.note(collected({ taskType: 'other' }), { id: 'x', size: 2 }, 10)).toThrow()
  })

  it('goes by the setting of the newest message', () => {
    const model = new GroupModel()
    model.note(collected({}, { key: 'a' }), { id: 'x', size: 1 }, 10)
    model.note(collected({}, { key: 'b' }), { id: 'x', size: 2 }, 10)
    expect(model.groups.get('x')?.setting.key).toBe('b')
  })

  it('lets a group wait until it is full or its time is over', () => {
    expect(mayWait(groupOf(2, [0, 0]), 99)).toBe(true)
    expect(mayWait(groupOf(2, [0, 0]), 100)).toBe(false)
    expect(mayWait(groupOf(2, [0, 200]), 249)).toBe(true)
    expect(mayWait(groupOf(2, [0, 200]), 250)).toBe(false)
    expect(mayWait(groupOf(3, [0, 0]), 1)).toBe(false)
  })
})

/** What is known of a group of this size, whose first and last message came at these times. */
function groupOf(size: number, [first, last]: readonly [number, number]): ModelGroup {
  const model = new GroupModel()
  for (let place = 1; place <= size; place++) {
    model.note(collected({}, setting), { id: 'x', size: place }, place === 1 ? first : last)
  }
  return model.groups.get('x') as ModelGroup
}
