import { beginWorkflow, compileWorkflow, initialState, readHeldTasks, resolveWorkflow } from '@dureq/dag'
import { createIdMinter, type InstanceHead, noChanges, type WorkflowDefinition } from '@dureq/types'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { drawFrom } from '../../test/machine/draw-from.ts'
import { type RandomOptions, randomWorkflow } from '../../test/machine/random-workflow.ts'
import { reduceMail, type Step } from './reduce.ts'

const NOW = 1_000_000

const draws = fc.noBias(fc.array(fc.nat(999), { minLength: 200, maxLength: 400, size: 'max' }))
const kinds = fc.constantFrom<RandomOptions['failures']>('none', 'fatal', 'retried')

/** The same ids for both, in the order in which they are asked for. */
function minter(): () => string {
  return createIdMinter({ clock: { now: () => NOW } as never, random: () => 0.5 })
}

const id = `${'0'.repeat(19)}1`

/** What an engine makes of the message `started`. */
function reduced(definition: WorkflowDefinition, input: string): { head: InstanceHead; commit: Step } {
  const state = initialState(definition)
  const head: InstanceHead = {
    id,
    kind: 'workflow',
    name: definition.name,
    status: 'running',
    version: 1,
    size: 0,
    state: JSON.stringify(state),
    input,
    createdAt: NOW,
    updatedAt: NOW,
  }
  const graph = compileWorkflow(definition)
  const nothing = { get: () => undefined }
  const known = { head, graph, state, outputs: nothing, marked: nothing, signals: nothing }
  const tools = { now: NOW, newId: minter(), random: () => 0 }
  const done = reduceMail({ ...known, parts: { get: () => null } }, [{ kind: 'started', at: NOW }], tools)
  if (done.kind !== 'done') throw new Error('nothing is missing at the beginning')
  return { head, commit: done.commit }
}

test('a workflow that begins with jobs begins as the engine would have begun it', () => {
  let began = 0
  fc.assert(
    fc.property(draws, kinds, (shape, failures) => {
      const { definition } = randomWorkflow(drawFrom(shape), { failures })
      const resolved = resolveWorkflow(definition)
      const { state, begins } = beginWorkflow({ id, resolved, input: '[7]' }, minter())
      if (begins === undefined) {
        expect(JSON.parse(state)).toEqual(initialState(definition))
        return
      }
      began++
      const { head, commit } = reduced(definition, '[7]')
      const { tasks, ...rest } = JSON.parse(state)
      const { tasks: expected, ...expectedRest } = JSON.parse(commit.state)
      expect(begins).toEqual(commit.enqueue)
      expect(rest).toEqual(expectedRest)
      const size = definition.tasks.length
      expect(readHeldTasks(tasks, size, head)).toEqual(readHeldTasks(expected, size, head))
      expect(commit.events).toEqual(
        begins.map((job) => ({ type: 'workflow.task.dispatched', jobId: job.id, taskType: job.taskType })),
      )
      const { state: _, ...others } = commit
      expect({ ...others, events: [] }).toEqual({ ...noChanges, status: 'running', enqueue: begins })
    }),
    { numRuns: 300 },
  )
  expect(began).toBeGreaterThan(50)
})
