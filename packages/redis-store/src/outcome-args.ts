import type { RunOutcome } from '@dureq/types'

type Args = (string | number)[]

/** Appends how a run ended as `settle.lua` takes it: three arguments for a plain success, seven for everything else. */
export function pushOutcome(args: Args, outcome: RunOutcome): void {
  const { firingId, token } = outcome
  const { kind } = outcome
  const isPlain = kind === 'succeeded' && outcome.skipped === undefined && outcome.continueAsNew === undefined
  if (isPlain && token !== '') {
    args.push(firingId, token, outcome.output ?? '')
    return
  }
  args.push(firingId, '', token)
  pushKind(args, outcome)
}

function pushKind(args: Args, outcome: RunOutcome): number {
  switch (outcome.kind) {
    case 'succeeded':
      return args.push('succeeded', outcome.output ?? '', skipText(outcome.skipped), continueText(outcome))
    case 'failed': {
      const { then } = outcome
      const delay = then.do === 'retry' ? then.delayMs : then.do === 'pause' ? (then.resumeAfterMs ?? '') : ''
      const { status, stack } = outcome
      const told = stack === undefined ? status : `${status}\n${stack}`
      return args.push(then.do, JSON.stringify(outcome.error), delay, told)
    }
    case 'repeated':
      return args.push('repeated', '', outcome.delayMs, '')
    case 'paused': {
      const { reason, resumeAfterMs } = outcome
      const error = reason === undefined ? 'pause' : `pause: ${reason}`
      const text = reason === undefined ? '' : JSON.stringify(reason)
      return args.push('paused', text, resumeAfterMs ?? '', JSON.stringify(error))
    }
    case 'cancelled':
      return args.push('cancelled', JSON.stringify(outcome.reason ?? 'cancelled'), '', '')
  }
}

/** JSON text inside JSON text, so that it has no line breaks. */
function continueText({ continueAsNew }: Extract<RunOutcome, { kind: 'succeeded' }>): string {
  return continueAsNew === undefined ? '' : JSON.stringify(continueAsNew)
}

function skipText(skipped: string | undefined): string {
  if (skipped === undefined) return ''
  return JSON.stringify(skipped === '' ? 'skip' : `skip: ${skipped}`)
}
