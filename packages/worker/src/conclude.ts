import type { JsonText, Random } from '@dureq/types'
import {
  type AttemptFacts,
  decideFailure,
  decideThrown,
  decideTimedOut,
  type Verdict,
} from './decide-outcome.ts'
import type { Execution } from './execution.ts'

/** What a handler left behind: what it threw, else its output, else nothing. */
export interface Ending {
  readonly thrown?: Error
  readonly output?: JsonText | undefined
}

/** What of an execution decides how its run ends. */
export type Concluded = Pick<Execution, 'lease' | 'entry' | 'abort'>

/**
 * How a run ends. Once it was cancelled or had timed out, that is how it ends, whatever its handler did (semantics
 * part one, 4 and 5). A node that stops has disturbed the handler, so a failure then proves nothing about the job: the
 * run is handed back, which `undefined` says.
 */
export function conclude(execution: Concluded, ending: Ending, random: Random): Verdict | undefined {
  const { abort } = execution
  switch (abort?.cause) {
    case 'cancel':
      return abort.reason === undefined ? { kind: 'cancelled' } : { kind: 'cancelled', reason: abort.reason }
    case 'timeout':
      return decideTimedOut(abort.error, factsOf(execution), random)
    case 'stop': {
      const verdict = verdictOf(execution, ending, random)
      return verdict.kind === 'failed' ? undefined : verdict
    }
    case 'lost':
    case undefined:
      return verdictOf(execution, ending, random)
  }
}

const SUCCEEDED: Verdict = { kind: 'succeeded' }

function verdictOf(execution: Concluded, { thrown, output }: Ending, random: Random): Verdict {
  if (thrown !== undefined) return verdictOfThrown(execution, thrown, random)
  return output === undefined ? SUCCEEDED : { kind: 'succeeded', output }
}

function verdictOfThrown(execution: Concluded, thrown: Error, random: Random): Verdict {
  const facts = factsOf(execution)
  try {
    return decideThrown(thrown, facts, random)
  } catch {
    // An error may be any object, also one that throws when it is looked at; the run must end all the same.
    return decideFailure(new Error('the handler threw an error that cannot be read'), facts, random)
  }
}

function factsOf({ lease, entry }: Concluded): AttemptFacts {
  const { attempt, maxAttempts, consecutiveErrors, retryPolicy } = lease
  return { attempt, maxAttempts, consecutiveErrors, policy: retryPolicy ?? entry.policy }
}
