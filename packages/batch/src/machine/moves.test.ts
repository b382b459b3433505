import { readFileSync } from 'node:fs'
import { initialBatchState } from '@dureq/types'
import { expect, test } from 'vitest'
import { createDraft } from './draft.ts'
import type { Known } from './known.ts'
import { type Phase, phaseMoves, setPhase } from './moves.ts'

const phases = Object.keys(phaseMoves) as Phase[]

test.each(phases)('from %s only the moves of the table are possible', (from) => {
  for (const to of phases) {
    const draft = createDraft({ state: { ...initialBatchState(plan), phase: from } } as Known, tools)
    if (phaseMoves[from][to] === undefined) {
      expect(() => setPhase(draft, to)).toThrow(`dureq: illegal move of a batch phase: ${from} -> ${to}`)
    } else {
      setPhase(draft, to)
      expect(draft.state.phase).toBe(to)
    }
  }
})

test('docs/batch-states.md shows these moves', () => {
  const doc = readFileSync(new URL('../../../../docs/batch-states.md', import.meta.url), 'utf8')
  const found = [...doc.matchAll(/```mermaid\n(.*?)```/gs)].map(([, diagram]) => diagram)
  expect(found).toEqual([diagramOfPhases()])
})

const plan = { name: 'b', itemTaskType: 'item' }
const tools = { now: 0, newId: () => 'id', random: () => 0 }

/** What is drawn from the table; the docs are to be the same. */
function diagramOfPhases(): string {
  const lines = Object.entries(phaseMoves).flatMap(([from, to]) =>
    Object.entries(to).map(([phase, why]) => `  ${from} --> ${phase}: ${why}`),
  )
  return ['stateDiagram-v2', '  [*] --> init', ...lines, ''].join('\n')
}
