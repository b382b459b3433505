import type { InstanceHead } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { commitOf, sending } from '../fixtures/instances.ts'
import { freshHead, homeOf, newInstance, newMember } from '../fixtures/new-instance.ts'
import { InstanceModel } from './instance-model.ts'

const signal = { kind: 'signal', name: 'go', dedupeKey: 'k' } as const

describe('the model of instances', () => {
  it('records what the status allows, and takes on the status a message brings', () => {
    const { model, head } = withOne()
    expect(model.send(sending('none', { kind: 'proceed' }))).toStrictEqual({ kind: 'unknown' })
    const suspend = sending(head.id, { kind: 'suspend' }, { allowed: ['running'], becomes: 'suspended' })
    expect(model.send(suspend)).toStrictEqual({ kind: 'recorded' })
    expect(model.send(suspend)).toStrictEqual({ kind: 'refused', status: 'suspended' })
    expect(model.instances.get(head.id)).toMatchObject({ version: 2, sent: ['started', 'suspend'] })
  })

  it('commits under the version only, and consumes pending signals once', () => {
    const { model, head } = withOne()
    expect(model.send(sending(head.id, { ...signal, id: 'a' }))).toStrictEqual({ kind: 'recorded' })
    expect(model.send(sending(head.id, { ...signal, id: 'b' }))).toStrictEqual({ kind: 'duplicate' })
    expect(model.commit(commitOf(head, { version: 7 }))).toBe('conflict')
    expect(model.commit(commitOf(head, { acknowledge: ['b'] }))).toBe('conflict')
    expect(model.commit(commitOf(head, { acknowledge: ['a'], enqueue: [newMember(head)] }))).toBe('committed')
    expect(model.commit(commitOf(head))).toBe('conflict')
    expect(model.commit(commitOf({ ...head, id: 'none' }))).toBe('unknown')
    expect(model.acknowledge(head.id, ['a'])).toStrictEqual([false])
    expect([model.settledSignals, [...model.members.values()]]).toStrictEqual([['a'], [head.id]])
  })

  it('hands pending signals and dedupe keys to a successor', () => {
    const { model, head } = withOne()
    model.send(sending(head.id, { ...signal, id: 'a' }))
    const successor = newInstance({ continuedFrom: head.id })
    const continuedTo = homeOf(head.id, successor.id)
    model.commit(commitOf(head, { status: 'continued', continuedTo, create: [successor] }))
    expect(model.instances.get(continuedTo)?.pending).toStrictEqual(['a'])
    expect(model.send(sending(continuedTo, { ...signal, id: 'b' }))).toStrictEqual({ kind: 'duplicate' })
    expect(model.send(sending(head.id, { ...signal, id: 'c' }))).toStrictEqual({
      kind: 'refused',
      status: 'continued',
      continuedTo,
    })
  })

  it('keeps the end of an instance, and takes its timers away', () => {
    const { model, head } = withOne()
    model.commit(commitOf(head, { timers: [{ name: 'w', dueAt: 5 }] }))
    expect([...(model.instances.get(head.id)?.timers ?? [])]).toStrictEqual([['w', 5]])
    model.commit(commitOf(head, { version: 2, status: 'completed' }))
    expect(model.commit(commitOf(head, { version: 3, status: 'running' }))).toBe('committed')
    expect(model.instances.get(head.id)).toMatchObject({ status: 'completed', version: 4, timers: new Map() })
  })
})

function withOne(): { readonly model: InstanceModel; readonly head: InstanceHead } {
  const model = new InstanceModel()
  const draft = newInstance()
  model.create(draft.id, draft)
  return { model, head: freshHead(draft, 0) }
}
