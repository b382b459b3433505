import type { WorkflowDefinition } from '@dureq/types'
import { expect, it } from 'vitest'
import { keysOfDefinition } from './keys-of-definition.ts'

it('finds each key of a definition and of its children once', () => {
  const child: WorkflowDefinition = {
    name: 'child',
    tasks: [{ name: 'a', taskType: 't', concurrencyKeys: [{ key: '{acme}:api' }] }],
  }
  const definition: WorkflowDefinition = {
    name: 'w',
    tasks: [
      { name: 'a', taskType: 't', concurrencyKeys: [{ key: '{acme}', maxConcurrency: 2 }] },
      { name: 'b', taskType: 't' },
      { name: 'c', childWorkflowDef: child },
      { name: 'd', type: 'wait', timeout: '1s' },
      {
        name: 'e',
        type: 'condition',
        taskType: 't',
        conditionRoutes: {},
        concurrencyKeys: [{ key: '{acme}' }],
      },
    ],
  }
  expect(keysOfDefinition(definition)).toEqual(['{acme}', '{acme}:api'])
})
