import { DureqError, ValidationError } from '@dureq/types'

/** What a person needs to know of why there is no node: of what they can mend what and where, of anything else everything. */
export function describeFailure(error: unknown): string {
  if (ValidationError.is(error)) {
    const faults = error.fields.map(({ field, problem }) => `  ${field} ${problem}`)
    return ['dureq-server cannot start with this configuration:', ...faults].join('\n')
  }
  if (!(error instanceof Error)) return String(error)
  const { code = '' } = error as NodeJS.ErrnoException
  if (!DureqError.is(error) && !/^(E[A-Z]+$|ERR_PARSE_ARGS)/.test(code)) return error.stack ?? error.message
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
