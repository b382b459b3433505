import type { WorkflowDefinition, WorkflowTask } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { ENGINE_LEASE_MS, mailLeft } from './fixtures/mail.ts'
import { storeKinds } from './fixtures/place.ts'
import { startSystem } from './fixtures/system.ts'
import { until } from './fixtures/until.ts'

const hold = (name: string): WorkflowTask => ({ name, taskType: 'hold' })

const childOf = (name: string, ...tasks: readonly WorkflowTask[]): WorkflowTask => ({
  name,
  childWorkflowDef: { name, tasks },
})

/** Nine tasks that hold, in four workflows, and as many that come after them. */
const family: WorkflowDefinition = {
  name: 'family',
  tasks: [
    hold('own'),
    childOf('first', hold('a'), hold('b'), { name: 'later', taskType: 'work', dependsOn: ['a', 'b'] }),
    childOf(
      'second',
      hold('a'),
      hold('b'),
      childOf('grandchild', hold('a'), hold('b'), hold('c'), hold('d')),
    ),
    { name: 'after', taskType: 'work', dependsOn: ['own', 'first', 'second'] },
  ],
}
const HOLDING = 9

describe.each(storeKinds)('a workflow with children on %s', (kind) => {
  it('leaves nothing running on any node when it is cancelled midway', async () => {
    const { client, events, node, store } = await startSystem(kind)
    const workflows = { leaseMs: ENGINE_LEASE_MS }
    const nodes = await Promise.all(Array.from({ length: 3 }, () => node({ workflows, concurrency: 3 })))
    const { id } = await client.enqueueWorkflow(family)
    await Promise.all(
      nodes.flatMap((each) => Array.from({ length: HOLDING / nodes.length }, () => each.began())),
    )

    await client.cancelWorkflow(id, { reason: 'changed our mind' })
    const aborted = nodes.flatMap((each) =>
      Array.from({ length: HOLDING / nodes.length }, () => each.aborted()),
    )
    for (const { reason } of await Promise.all(aborted)) expect(reason).toBe('changed our mind')
    await expect(client.waitForWorkflow(id)).rejects.toMatchObject({ code: 'workflow-cancelled' })

    const { workflows: all } = await client.listWorkflows()
    expect(new Map(all.map(({ workflowName, status }) => [workflowName, status]))).toEqual(
      new Map(['family', 'first', 'grandchild', 'second'].map((name) => [name, 'cancelled'])),
    )
    expect(all).toHaveLength(4)
    const { jobCounts, workflowCounts } = await client.stats()
    expect(jobCounts).toMatchObject({ cancelled: HOLDING, pending: 0, running: 0, retrying: 0, completed: 0 })
    expect(workflowCounts).toMatchObject({ cancelled: 4, running: 0 })
    await events.seen(4, 'workflow.cancelled')
    await until(async () => (await mailLeft(store)).length === 0)
    await Promise.all(nodes.map((each) => each.beginStop()))
    for (const each of nodes) expect(await each.stopped()).toMatchObject({ abandoned: 0, code: 0 })
    expect(await mailLeft(store)).toEqual([])
  })
})
