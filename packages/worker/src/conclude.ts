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

/** What of a node decides with it. */
export interface ConcludeOptions {
  readonly random: Random
  /** Largest input a workflow may continue with, in bytes of JSON. */
  readonly inputLimit: number
}

/**
 * How a run ends. Once it was cancelled or had timed out, that is how it ends, whatever its handler did (semantics
 * part one, 4 and 5). A node that stops has disturbed the handler, so a failure then proves nothing about the job: the
 * run is handed back, which `undefined` says.
 */
export function conclude(
  execution: Concluded,
  ending: Ending,
  options: ConcludeOptions,
): Verdict | undefined {
  const { abort } = execution
  switch (abort?.cause) {
    case 'cancel':
      return abort.reason === undefined ? { kind: 'cancelled' } : { kind: 'cancelled', reason: abort.reason }
    case 'timeout':
      return decideTimedOut(abort.error, factsOf(execution), options.random)
    case 'stop': {
      const verdict = verdictOf(execution, ending, options)
      return verdict.kind === 'failed' ? undefined : verdict
    }
    case 'lost':
    case undefined:
      return verdictOf(execution, ending, options)
  }
}

const SUCCEEDED: Verdict = { kind: 'succeeded' }

function verdictOf(execution: Concluded, { thrown, output }: Ending, options: ConcludeOptions): Verdict {
  if (thrown !== undefined) return verdictOfThrown(execution, thrown, options)
  return output === undefined ? SUCCEEDED : { kind: 'succeeded', output }
}

function verdictOfThrown(execution: Concluded, thrown: Error, options: ConcludeOptions): Verdict {
  const { random } = options
  const facts = { ...factsOf(execution), ...continuationOf(execution, options) }
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

function continuationOf(
  { lease }: Concluded,
  { inputLimit }: ConcludeOptions,
): Pick<AttemptFacts, 'continuation'> {
  const isTask = lease.workflow !== undefined && !lease.workflow.task.startsWith(HOOK_PREFIX)
  return isTask ? { continuation: { inputLimit } } : {}
}

/** The jobs of hooks belong to a workflow, too, but run when it cannot go on any more. */
const HOOK_PREFIX = '__hook:'
