import { compileWorkflow } from '@dureq/dag'
import { createPartCache } from '@dureq/runtime'
import { describe, expect, it } from 'vitest'
import type { StoredPart } from './open-case.ts'
import { partsAhead } from './parts-ahead.ts'

const after = (name: string, ...dependsOn: readonly string[]) => ({ name, taskType: 'noop', dependsOn })
const graph = compileWorkflow({
  name: 'w',
  tasks: [after('a'), after('b', 'a'), after('c', 'a'), after('d', 'b', 'c'), after('e', 'd')],
})

describe('parts ahead', () => {
  it('are those of the tasks that come next, nearest first, each once', () => {
    const parts = createPartCache<StoredPart>({ mostParts: 10, newHasNone: true }).recall({
      id: 'i',
      version: 5,
    })
    expect(partsAhead({ graph, parts }, ['t:a'], 10)).toEqual(['t:b', 't:c', 't:d', 't:e'])
    expect(partsAhead({ graph, parts }, ['t:a'], 3)).toEqual(['t:b', 't:c', 't:d'])
    expect(partsAhead({ graph, parts }, ['t:a', 't:d'], 10)).toEqual(['t:b', 't:c', 't:e'])
    expect(partsAhead({ graph, parts }, ['t:a'], 0)).toEqual([])
  })

  it('are not those that are known, nor those of hooks', () => {
    const parts = createPartCache<StoredPart>({ mostParts: 10, newHasNone: true }).recall({
      id: 'i',
      version: 5,
    })
    parts.set('t:b', null)
    expect(partsAhead({ graph, parts }, ['t:a', 'h:onInit'], 10)).toEqual(['t:c', 't:d', 't:e'])
  })
})
