import type { CallKey } from '@dureq/types'
import type { Core } from './core.ts'
import { callInPieces } from './piecewise-call.ts'
import type { Step } from './step.ts'

/** Carries out a call that is one thing, whose answer its lane keeps. */
export async function callOnce<Answer>(
  core: Core,
  call: CallKey,
  work: (step: Step) => Answer,
): Promise<Answer> {
  const notes = await callInPieces<undefined, Answer>(core, {
    call,
    items: [undefined],
    patience: 'ordinary',
    weigh: () => 1,
    work: (step) => [work(step)],
  })
  return notes[0] as Answer
}
