import { groupDefaults } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { defineTask, SizeLimitError, ValidationError } from '../src/index.ts'
import { stores, withRig } from './fixtures/rig.ts'

const task = defineTask<{ to: string }>({ type: 'mail', payload: { type: 'object', required: ['to'] } })

describe.each(Object.entries(stores))('groups on %s', (_, openStore) => {
  it('collect tasks by name and task type, and say how many there are', () =>
    withRig(openStore, async ({ client, store, calls }) => {
      expect(await client.enqueueGroup(task, 'user:7', { to: 'a' })).toEqual({ size: 1 })
      calls.length = 0
      const sizes = await Promise.all([
        client.enqueueGroup({ group: 'user:7', taskType: 'mail', payload: { to: 'b' } }),
        client.enqueueGroup({ group: 'user:7', taskType: 'push', payload: null }),
        client.enqueueGroup(task, 'user:8', { to: 'c' }),
      ])
      expect(sizes).toEqual([{ size: 2 }, { size: 1 }, { size: 1 }])
      expect(calls).toEqual(['instances.collect'])
      const { groups, total } = await client.listGroups({ sort: 'oldest' })
      expect(groups.map(({ name, taskType, size }) => [name, taskType, size])).toEqual([
        ['user:7', 'mail', 2],
        ['user:7', 'push', 1],
        ['user:8', 'mail', 1],
      ])
      expect(total).toBe(3)
      expect((await client.listGroups({ name: 'user:8' })).groups).toMatchObject([
        { name: 'user:8', attempts: 0, createdAt: expect.any(Number) },
      ])
      const [head] = (await store.inspector.listInstances('group', {}, { limit: 1, sort: 'oldest' })).rows
      const [part] = await store.mailboxes.parts(head?.id as string, ['m:0'])
      expect(JSON.parse(part?.text as string)).toMatchObject([
        expect.any(String),
        expect.any(Number),
        { to: 'a' },
      ])
    }))

  it('follow the settings of the aggregators, also when they change', () =>
    withRig(openStore, async ({ client }) => {
      await client.enqueueGroup({ group: 'g', taskType: 't', payload: 1 })
      const { version, settings } = await client.getSettings()
      const setting = { key: 'h*', group: 'h*', ...groupDefaults, maxSize: 2 }
      await client.putSettings(version, { ...settings, groups: [setting] })
      const sizes: number[] = []
      for (let i = 0; i < 3; i++)
        sizes.push((await client.enqueueGroup({ group: 'h', taskType: 't', payload: i })).size)
      expect(sizes).toEqual([1, 2, 1])
    }))

  it('refuse what is no task for a group', () =>
    withRig(openStore, async ({ client, store, calls }) => {
      await expect(
        client.enqueueGroup({ group: 'x'.repeat(201), taskType: '*', payload: 1n, more: 1 } as never),
      ).rejects.toMatchObject({
        fields: [
          { field: 'more' },
          { field: 'group', limit: 200 },
          { field: 'taskType' },
          { field: 'payload' },
        ],
      })
      await expect(client.enqueueGroup(task, '', {} as never)).rejects.toMatchObject({
        fields: [{ field: 'group' }, { field: 'payload.to' }],
      })
      const payload = 'x'.repeat(store.limits.payload)
      await expect(client.enqueueGroup({ group: 'g', taskType: 't', payload })).rejects.toThrow(
        SizeLimitError,
      )
      await expect(client.enqueueGroup(7 as never)).rejects.toThrow(ValidationError)
      await expect(client.listGroups({ name: '' })).rejects.toThrow(ValidationError)
      expect(calls).toEqual([])
    }))
})
