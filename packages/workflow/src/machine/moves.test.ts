import { readFileSync } from 'node:fs'
import { workflowMoves } from '@dureq/types'
import { expect, test } from 'vitest'
import { assertPhaseMove, assertTaskMove, type Moves, phaseMoves, taskMoves } from './moves.ts'

test('a move the table has passes, as does staying', () => {
  expect(() => assertTaskMove('pending', 'running')).not.toThrow()
  expect(() => assertTaskMove('running', 'running')).not.toThrow()
  expect(() => assertPhaseMove('ending', 'over')).not.toThrow()
})

test('a move the table does not have is a bug', () => {
  expect(() => assertTaskMove('completed', 'running')).toThrow(
    'dureq: illegal move of a task: completed -> running',
  )
  expect(() => assertPhaseMove('over', 'ending')).toThrow(
    'dureq: illegal move of a workflow phase: over -> ending',
  )
})

test('docs/workflow-states.md shows these moves', () => {
  const doc = readFileSync(new URL('../../../../docs/workflow-states.md', import.meta.url), 'utf8')
  const found = [...doc.matchAll(/```mermaid\n(.*?)```/gs)].map(([, diagram]) => diagram)
  const status = mapMoves(workflowMoves)
  expect(found).toEqual([
    diagramOf(status, 'pending'),
    diagramOf(phaseMoves, 'init'),
    diagramOf(taskMoves, 'pending'),
  ])
})

/** The statuses have no reasons of their own. */
function mapMoves(moves: Readonly<Record<string, readonly string[]>>): Moves<string> {
  const entries = Object.entries(moves).map(([from, to]) => [
    from,
    Object.fromEntries(to.map((one) => [one, ''])),
  ])
  return Object.fromEntries(entries) as Moves<string>
}

/** What is drawn from a table; the docs are to be the same. */
function diagramOf(moves: Moves<string>, first: string): string {
  const lines = Object.entries(moves).flatMap(([from, to]) =>
    Object.entries(to).map(([status, why]) => `  ${from} --> ${status}${why === '' ? '' : `: ${why}`}`),
  )
  return ['stateDiagram-v2', `  [*] --> ${first}`, ...lines, ''].join('\n')
}
