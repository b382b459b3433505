import { describe, expect, test, vi } from 'vitest'
import * as steering from '../steering/control-flow-errors.ts'
import * as outcomes from '../steering/outcome-errors.ts'
import * as panics from '../steering/panic-error.ts'
import * as batches from './batch-errors.ts'
import { errorCodes } from './codes.ts'
import * as definitions from './definition-errors.ts'
import { DureqError } from './dureq-error.ts'
import * as handlers from './handler-errors.ts'
import * as nodes from './node-errors.ts'
import * as notFound from './not-found-errors.ts'
import * as refused from './refused-errors.ts'
import * as stores from './store-errors.ts'
import * as validation from './validation-error.ts'
import * as waiting from './waiting-errors.ts'
import * as workflows from './workflow-errors.ts'

const modules = [
  batches,
  definitions,
  handlers,
  nodes,
  notFound,
  refused,
  stores,
  validation,
  waiting,
  workflows,
  steering,
  outcomes,
  panics,
]

type ErrorClass = typeof DureqError & (new (...args: never[]) => DureqError)

const classes = modules
  .flatMap((module) => Object.values(module) as unknown[])
  .filter((each): each is ErrorClass => typeof each === 'function' && each.prototype instanceof DureqError)

test('every class has a code of its own in the table, and the table has no other', () => {
  const found = classes.map((each) => [each.code, each.name])
  expect(new Map(found as [string, string][])).toEqual(new Map(Object.entries(errorCodes)))
  expect(found).toHaveLength(Object.keys(errorCodes).length)
})

describe('the texts of the vocabulary', () => {
  test.each([
    [new notFound.JobNotFoundError('j1'), 'dureq: job not found'],
    [new notFound.ScheduleNotFoundError('j1'), 'dureq: schedule not found'],
    [new notFound.RunNotFoundError('r1'), 'dureq: run not found'],
    [new refused.DuplicateJobError('j1'), 'dureq: duplicate unique key'],
    [new handlers.HandlerNotFoundError('t'), 'dureq: handler not registered for task type'],
    [new nodes.NotLeaderError(), 'dureq: not the leader node'],
    [new nodes.LockFailedError('l'), 'dureq: failed to acquire lock'],
    [new nodes.LockNotHeldError('l'), 'dureq: lock not held'],
    [new nodes.ServerStoppedError(), 'dureq: server stopped'],
    [new definitions.InvalidScheduleError('p'), 'dureq: invalid schedule'],
    [new refused.InvalidJobStatusError('j1', 'dead', 'cancel'), 'dureq: invalid job status transition'],
    [
      new refused.InvalidJobStatusError('j1', 'dead', 'reassignVersion'),
      'dureq: invalid job status transition: cannot change the version of job j1',
    ],
    [new notFound.WorkflowNotFoundError('w1'), 'dureq: workflow not found'],
    [new definitions.CyclicDependencyError('w', ['a', 'b']), 'dureq: workflow has cyclic dependencies: w'],
    [new notFound.BatchNotFoundError('b1'), 'dureq: batch not found'],
    [new handlers.ExecutionTimedOutError(5), 'dureq: execution timed out'],
    [new handlers.ScheduleToStartTimeoutError(5), 'dureq: schedule-to-start timeout exceeded'],
    [
      new handlers.NoProgressReporterError(),
      'dureq: no progress reporter in context (called outside handler?)',
    ],
    [
      new refused.WorkflowEndedError('w1', 'failed'),
      'dureq: workflow is in terminal state, cannot receive signals',
    ],
    [new workflows.DuplicateSignalError('w1', 'k'), 'dureq: duplicate signal (dedup key already exists)'],
  ])('%s', (error, text) => {
    expect(error.message.startsWith(text)).toBe(true)
  })
})

describe('DureqError', () => {
  const cause = new Error('socket closed')
  const error = new stores.StoreUnavailableError(true, { cause })

  test('carries code, name and cause, and names its class in the stack', () => {
    expect(error).toMatchObject({ code: 'store-unavailable', name: 'StoreUnavailableError', cause })
    expect(error.stack).toMatch(/^StoreUnavailableError: dureq: store unavailable/)
    expect(Object.keys(error)).toEqual(['code', 'mayHaveHappened'])
  })

  test('is() knows the class and those above it', () => {
    const tooLarge = new validation.SizeLimitError('payload', 9, 8)
    expect(validation.SizeLimitError.is(tooLarge)).toBe(true)
    expect(validation.ValidationError.is(tooLarge)).toBe(true)
    expect(DureqError.is(tooLarge)).toBe(true)
    expect(validation.SizeLimitError.is(new validation.ValidationError([]))).toBe(false)
    expect(stores.StoreFullError.is(error)).toBe(false)
  })

  test.each([undefined, null, 'text', {}, new Error('plain'), { code: 'store-unavailable' }])(
    'is() refuses %s',
    (value) => {
      expect(DureqError.is(value)).toBe(false)
    },
  )

  test('is() knows an error of another copy of the package', async () => {
    vi.resetModules()
    const copy = await import('./store-errors.ts')
    expect(copy.StoreUnavailableError).not.toBe(stores.StoreUnavailableError)
    const foreign = new copy.StoreUnavailableError(false)
    expect(foreign).not.toBeInstanceOf(DureqError)
    expect(stores.StoreUnavailableError.is(foreign)).toBe(true)
    expect(stores.StoreFullError.is(foreign)).toBe(false)
  })
})

test('a validation error says everything that is wrong', () => {
  const fields = [
    { field: 'a', problem: 'must be b' },
    { field: 'c', problem: 'is missing' },
  ]
  const error = new validation.ValidationError(fields)
  expect(error.message).toBe('dureq: invalid a: must be b; c: is missing')
  expect(error.fields).toEqual(fields)
})
