import { createCaller } from '@dureq/runtime'
import type { WorkflowDefinition } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createRig, stores, tasksOf } from './fixtures/rig.ts'

const noop = (name: string, ...dependsOn: readonly string[]) => ({ name, taskType: 'noop', dependsOn })

describe.each(Object.entries(stores))('engines on %s', (_, open) => {
  it('carry on 200 workflows with two fast roots: each task once, each result passed on (14.11, 13)', async () => {
    const rig = createRig(open)
    const definition: WorkflowDefinition = {
      name: 'w',
      tasks: [
        { name: 'left', taskType: 'value', payload: 'l' },
        { name: 'right', taskType: 'value', payload: 'r' },
        { name: 'after', taskType: 'use', payload: 'own', dependsOn: ['left', 'right'], resultFrom: 'left' },
      ],
    }
    await rig.worker(
      { value: (value: string) => value, use: (payload: object) => payload },
      { concurrency: 50 },
    )
    await Promise.all([rig.engine(), rig.engine(), rig.engine()])
    const workflows = await Promise.all(
      Array.from({ length: 200 }, () => rig.client.enqueueWorkflow(definition)),
    )
    const outputs = await Promise.all(workflows.map((workflow) => rig.client.waitForWorkflow(workflow)))
    expect(outputs).toEqual(Array(200).fill({ upstream: 'l', original: 'own' }))
    const executed = rig.executions.map(({ task, ctx }) => `${ctx.workflow?.id} ${task}`)
    expect(executed).toHaveLength(600)
    expect(new Set(executed).size).toBe(600)
    expect(await mailLeft(rig.store)).toEqual([])
    expect(rig.logger.lines.filter(({ level }) => level === 'error')).toEqual([])
  })

  it('take what others have begun, wherever those have stopped', async () => {
    const rig = createRig(open)
    const { id } = await rig.client.enqueueWorkflow({
      name: 'w',
      tasks: ['a', 'b', 'c', 'd'].map((name, i, names) => noop(name, ...names.slice(0, i))),
    })
    for (let life = 1; life <= 4; life++) {
      const engine = await rig.engine()
      await rig.when(id, ({ tasks }) => Object.values(tasks).filter(isDispatched).length >= life)
      await engine.stop()
      const worker = await rig.worker()
      await rig.began(['a', 'b', 'c', 'd'][life - 1] ?? '')
      await worker.stop()
    }
    await rig.engine()
    expect(await rig.ended(id)).toMatchObject({ status: 'completed' })
    expect(rig.ran).toEqual(['a', 'b', 'c', 'd'])
  })

  it('call their hooks once, whichever of them ended the workflow', async () => {
    const rig = createRig(open)
    const ended: string[] = []
    const hooks = { onWorkflowCompleted: [({ workflowId = '' }) => void ended.push(workflowId)] }
    const engines = await Promise.all([rig.engine({ hooks }), rig.engine({ hooks })])
    await rig.worker()
    const started = Array.from({ length: 20 }, () =>
      rig.client.enqueueWorkflow({
        name: 'w',
        tasks: [noop('a'), noop('b')],
        hooks: { onExit: { taskType: 'noop' } },
      }),
    )
    const ids = (await Promise.all(started)).map(({ id }) => id)
    await Promise.all(ids.map((id) => rig.ended(id)))
    await rig.began('__hook:on_exit', 20)
    for (const id of ids) await rig.when(id, ({ hookStates }) => hookStates?.onExit?.status === 'completed')
    await Promise.all(engines.map((engine) => engine.stop()))
    expect(ended.toSorted()).toEqual(ids.toSorted())
  })

  it('are not kept from their work by a workflow that cannot be carried on', async () => {
    const rig = createRig(open)
    const definition = { hash: 'abc', text: '{"name":"broken"}' }
    const broken = {
      id: '00000000000000000001',
      kind: 'workflow',
      name: 'broken',
      definition,
      state: 'not JSON',
    } as const
    await createCaller().call((key) => rig.store.instances.create(key, [broken]))
    const workflow = await rig.run({ name: 'w', tasks: [noop('a'), noop('b', 'a')] })
    expect(workflow.status).toBe('completed')
    expect(tasksOf(workflow)).toEqual({ a: 'completed', b: 'completed' })
    expect(rig.logger.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { message: 'a workflow cannot be carried on; trying again', fields: { workflow: 'broken' } },
    ])
  })

  it('start only once and not after a stop; options are checked', async () => {
    const rig = createRig(open)
    const engine = await rig.engine()
    await Promise.all([engine.start(), engine.start()])
    await Promise.all([engine.stop(), engine.stop()])
    await expect(engine.start()).rejects.toMatchObject({ code: 'server-stopped' })
    await expect(rig.engine({ batchSize: 0 })).rejects.toMatchObject({ code: 'validation' })
  })

  it('carry a workflow of 2,000 tasks on, to all of them and back to one', async () => {
    const rig = createRig(open)
    const many = Array.from({ length: 2_000 }, (_, i) => noop(`t${i}`, 'first'))
    await rig.worker({}, { concurrency: 100 })
    await rig.engine()
    const tasks = [noop('first'), ...many, noop('last', ...many.map(({ name }) => name))]
    const { id } = await rig.client.enqueueWorkflow({ name: 'large', tasks })
    expect(await rig.ended(id)).toMatchObject({ status: 'completed' })
    expect(rig.ran).toHaveLength(2_002)
    expect([rig.ran[0], rig.ran.at(-1)]).toEqual(['first', 'last'])
  })
})

const isDispatched = ({ jobId }: { readonly jobId?: string }): boolean => jobId !== undefined

/** Ids of workflows that have mail nobody deals with. */
async function mailLeft(store: Parameters<typeof createRig>[0] extends () => infer S ? S : never) {
  const request = { nodeId: 'postman', queues: ['workflow'], limit: 1_000, leaseMs: 1 } as const
  const { bags } = await createCaller().call((key) => store.mailboxes.receive(key, request))
  return bags.map(({ head }) => head.id)
}
