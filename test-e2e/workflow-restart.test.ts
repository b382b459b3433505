import type { WorkflowDefinition } from '@dureq/types'
import { expect, it } from 'vitest'
import { ENGINE_LEASE_MS, mailLeft } from './fixtures/mail.ts'
import { startSystem } from './fixtures/system.ts'
import { until } from './fixtures/until.ts'

const options = { redisArgs: ['--appendonly', 'yes', '--appendfsync', 'always'] }
const workflows = { leaseMs: ENGINE_LEASE_MS }

const order: WorkflowDefinition = {
  name: 'order',
  tasks: [
    { name: 'reserve', taskType: 'echo' },
    { name: 'paid', type: 'wait', signal: 'payment', dependsOn: ['reserve'] },
    { name: 'cooled', type: 'wait', timeout: '1s', dependsOn: ['paid'] },
    { name: 'ship', taskType: 'echo', dependsOn: ['paid', 'cooled'], resultFrom: 'paid' },
  ],
}

it('a workflow that waits for a signal survives a restart of Redis and of all nodes', async () => {
  const { client, diary, node, redis, store } = await startSystem('redis', options)
  const first = await node({ workflows })
  const { id } = await client.enqueueWorkflow(order, { item: 'tea' })
  await until(async () => (await client.getWorkflow(id))?.tasks['paid']?.status === 'running')
  await first.kill()
  await redis?.kill()
  await redis?.start()

  // Told while no node is there; that is lost with nothing either.
  await client.signalWorkflow(id, 'payment', { by: 'ada' }, { dedupeKey: 'payment-1' })
  await redis?.kill()
  await redis?.start()
  await expect(
    client.signalWorkflow(id, 'payment', { by: 'ada' }, { dedupeKey: 'payment-1' }),
  ).rejects.toMatchObject({ code: 'duplicate-signal' })
  await node({ workflows })
  expect(await client.waitForWorkflow(id)).toMatchObject({
    payload: { upstream: { by: 'ada' }, original: null },
  })
  expect(diary.executions()).toHaveLength(2)
  await until(async () => (await mailLeft(store)).length === 0)
})
