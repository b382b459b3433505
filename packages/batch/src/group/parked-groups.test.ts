import { createCaller } from '@dureq/runtime'
import { createVirtualClock } from '@dureq/store-testing'
import {
  type GroupSetting,
  groupDefaults,
  type InstanceCommit,
  type InstanceHead,
  type MailBag,
  type ReceiveRequest,
  type Store,
  silentLogger,
} from '@dureq/types'
import { expect, it } from 'vitest'
import { PARKED } from './group-steps.ts'
import { revisitParked } from './parked-groups.ts'

const settingOf = (group: string): GroupSetting => ({ key: group, group, ...groupDefaults })

function bagOf(name: string): MailBag {
  const head = { id: `id-${name}`, name, version: 1, status: 'running', state: '{}', input: '"t"' }
  return { head: head as InstanceHead, messages: [{ kind: 'cut', at: 0 }] }
}

/** Parked groups of these names; `isForgetful`: the store gives them again and again, as after a lease. */
function createSubject(names: readonly string[], isForgetful = false) {
  const waiting = names.map(bagOf)
  const commits: (readonly InstanceCommit[])[] = []
  const asked: ReceiveRequest[] = []
  const mailboxes = {
    receive: async (_: unknown, request: ReceiveRequest) => {
      asked.push(request)
      const bags = isForgetful ? waiting.slice(0, request.limit) : waiting.splice(0, request.limit)
      return { bags, now: 0, ended: [] }
    },
    commit: async (_: unknown, steps: readonly InstanceCommit[]) => {
      commits.push(steps)
      return { outcomes: steps.map(() => 'committed' as const), ended: [] }
    },
  }
  const tools = {
    store: { mailboxes } as unknown as Store,
    nodeId: 'n',
    clock: createVirtualClock(),
    random: () => 0,
    newId: () => 'id',
    logger: silentLogger,
    caller: createCaller(),
    onEnded: () => {},
  }
  return { revisit: () => revisitParked(tools, [settingOf('mine*')]), commits, asked }
}

it('brings groups to those they are for, and leaves the others where they are', async () => {
  const { revisit, commits, asked } = createSubject(['mine1', 'whose', 'mine2'])
  await revisit()
  expect(asked.every(({ queues }) => queues.join() === PARKED)).toBe(true)
  expect(commits.flat().map(({ id, queue, consumed }) => [id, queue, consumed])).toEqual([
    ['id-mine1', 'group:mine*', 0],
    ['id-whose', PARKED, 0],
    ['id-mine2', 'group:mine*', 0],
  ])
})

it('goes through any number of them, in pieces', async () => {
  const names = Array.from({ length: 1_200 }, (_, i) => `mine${i}`)
  const { revisit, commits } = createSubject(names)
  await revisit()
  expect(commits.map((steps) => steps.length)).toEqual([500, 500, 200])
})

it('ends when it is given the same ones again, and writes nothing when there are none', async () => {
  const again = createSubject(['mine1'], true)
  await again.revisit()
  expect(again.commits.flat()).toHaveLength(1)
  const none = createSubject([])
  await none.revisit()
  expect(none.commits).toEqual([])
})
