import { ValidationError, WorkflowNotFoundError } from '@dureq/types'
import { expect, it } from 'vitest'
import { findableWorkflow, requireWorkflow } from './workflow-ref.ts'

const id = '0123456789abcdefghij'

it('takes an id or a workflow', () => {
  expect(findableWorkflow(id)).toBe(id)
  expect(requireWorkflow({ id })).toBe(id)
})

it('knows that there is no workflow without an id of the right form', () => {
  for (const odd of ['', 'nope', `${id}:7`, id.toUpperCase()]) {
    expect(findableWorkflow(odd)).toBeUndefined()
    expect(() => requireWorkflow(odd)).toThrow(WorkflowNotFoundError)
  }
})

it('refuses what names nothing', () => {
  for (const odd of [undefined, null, 7, {}])
    expect(() => requireWorkflow(odd as never)).toThrow(ValidationError)
})
