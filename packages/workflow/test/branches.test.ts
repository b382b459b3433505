import { describe, expect, it } from 'vitest'
import { createRig, stores, tasksOf } from './fixtures/rig.ts'

const noop = (name: string, ...dependsOn: readonly string[]) => ({ name, taskType: 'noop', dependsOn })

const condition = (name: string, dependsOn: readonly string[], ...routes: readonly string[]) =>
  ({
    name,
    type: 'condition',
    taskType: name,
    dependsOn,
    conditionRoutes: Object.fromEntries(routes.entries()),
  }) as const

describe.each(Object.entries(stores))('branches on %s', (_, open) => {
  it('that were not chosen are left out with all that comes after them, up to where branches meet (14.11, 15)', async () => {
    const rig = createRig(open)
    const tasks = [
      condition('choose', [], 'yes', 'no'),
      noop('yes', 'choose'),
      noop('no', 'choose'),
      noop('no further', 'no'),
      noop('no at all', 'no further'),
      noop('always', 'choose'),
      noop('join', 'yes', 'no at all', 'always'),
    ]
    const workflow = await rig.run({ name: 'w', tasks }, { handlers: { choose: () => ({ route: 0 }) } })
    expect(tasksOf(workflow)).toEqual({
      choose: 'completed',
      yes: 'completed',
      no: 'skipped',
      'no further': 'skipped',
      'no at all': 'skipped',
      always: 'completed',
      join: 'completed',
    })
    expect(workflow.tasks['choose']?.conditionRoute).toBe(0)
    expect(workflow.tasks['no at all']?.skipReason).toBe('branch not selected')
    expect(rig.ran.toSorted()).toEqual(['always', 'choose', 'join', 'yes'])
  })

  it('that do not exist fail the workflow with a clear error (14.11, 15)', async () => {
    const rig = createRig(open)
    const tasks = [condition('choose', [], 'yes'), noop('yes', 'choose')]
    const workflow = await rig.run({ name: 'w', tasks }, { handlers: { choose: () => ({ route: 7 }) } })
    expect(workflow).toMatchObject({
      status: 'failed',
      error: 'condition "choose" chose route 7, which it does not have',
    })
    expect(rig.ran).toEqual(['choose'])
  })

  it('may lead back: the round is run again, and what is outside of it is not (14.11, 15)', async () => {
    const rig = createRig(open)
    let evaluations = 0
    const tasks = [
      noop('outside'),
      noop('start'),
      noop('work', 'start', 'outside'),
      condition('enough', ['work'], 'start', 'done', 'never'),
      noop('done', 'enough'),
      noop('never', 'enough'),
    ]
    const handlers = { enough: () => ({ route: ++evaluations < 3 ? 0 : 1 }) }
    const workflow = await rig.run({ name: 'loop', tasks }, { handlers })
    expect(workflow).toMatchObject({ status: 'completed', conditionIterations: { enough: 3 } })
    const round = ['start', 'work', 'enough']
    expect(rig.ran.filter((task) => task !== 'outside')).toEqual([...round, ...round, ...round, 'done'])
    expect(rig.ran.filter((task) => task === 'outside')).toHaveLength(1)
    expect(tasksOf(workflow)).toMatchObject({ never: 'skipped', done: 'completed' })
  })

  it('lead back at most so many times', async () => {
    const rig = createRig(open)
    const tasks = [noop('a'), { ...condition('again', ['a'], 'a'), maxIterations: 5 }]
    const workflow = await rig.run({ name: 'w', tasks }, { handlers: { again: () => ({ route: 0 }) } })
    expect(workflow).toMatchObject({
      status: 'failed',
      error: 'condition "again" exceeded max iterations (5)',
    })
    expect(rig.ran.filter((task) => task === 'again')).toHaveLength(6)
  })
})

describe.each(Object.entries(stores))('subflows on %s', (_, open) => {
  it('add tasks that depend on each other, and what comes after waits for all of them (14.11, 15)', async () => {
    const rig = createRig(open)
    const added = [noop('x'), noop('y', 'x'), noop('z', 'x', 'y')]
    const tasks = [{ name: 'plan', type: 'subflow', taskType: 'plan' } as const, noop('after', 'plan')]
    const workflow = await rig.run({ name: 'w', tasks }, { handlers: { plan: () => ({ tasks: added }) } })
    expect(workflow).toMatchObject({
      status: 'completed',
      tasks: { plan: { subflowTasks: ['x', 'y', 'z'] } },
    })
    expect(rig.ran).toEqual(['plan', 'x', 'y', 'z', 'after'])
    expect(tasksOf(workflow)).toMatchObject({ x: 'completed', y: 'completed', z: 'completed' })
  })

  it('add many', async () => {
    const rig = createRig(open)
    const added = Array.from({ length: 700 }, (_, i) => noop(`part-${i}`))
    const tasks = [{ name: 'plan', type: 'subflow', taskType: 'plan' } as const, noop('after', 'plan')]
    const workflow = await rig.run({ name: 'w', tasks }, { handlers: { plan: () => ({ tasks: added }) } })
    expect(workflow.status).toBe('completed')
    expect(rig.ran).toHaveLength(702)
    expect(new Set(rig.ran).size).toBe(702)
    expect(rig.ran.at(-1)).toBe('after')
  })

  it('fail when what they add is wrong, and say all of it', async () => {
    const rig = createRig(open)
    const added = [noop('plan'), noop('y', 'unknown')]
    const tasks = [{ name: 'plan', type: 'subflow', taskType: 'plan' } as const]
    const workflow = await rig.run({ name: 'w', tasks }, { handlers: { plan: () => ({ tasks: added }) } })
    expect(workflow.status).toBe('failed')
    expect(workflow.error).toContain('"plan"')
    expect(workflow.error).toContain('"y"')
    expect(rig.ran).toEqual(['plan'])
  })
})
