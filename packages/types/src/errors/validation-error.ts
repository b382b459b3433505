import { DureqError } from './dureq-error.ts'

/** One thing that is wrong with a value a user gave. */
export interface Fault {
  /** Where: a path such as `retryPolicy.jitter`, `tasks[3].name` or `payload.items[0]`. */
  readonly field: string
  /** What is wrong, in words that complete "<field> ...": `must be at least 1`. */
  readonly problem: string
  /** The limit that was passed, when the problem is one. */
  readonly limit?: number
}

/**
 * A value a user gave cannot be accepted. `fields` names every fault that was found, so that all of them can be
 * mended at once. HTTP answers carry the same list.
 */
export class ValidationError extends DureqError<'validation' | 'size-limit'> {
  static override readonly code: 'validation' | 'size-limit' = 'validation'

  /** What is wrong, in the order it was found; never empty. */
  readonly fields: readonly Fault[]

  constructor(fields: readonly Fault[], options?: ErrorOptions) {
    super(`dureq: invalid ${fields.map(inWords).join('; ')}`, options)
    this.fields = [...fields]
  }
}

/** A JSON text is larger than its limit allows; `fields` has one entry, with the limit. */
export class SizeLimitError extends ValidationError {
  static override readonly code = 'size-limit'

  /** Size of the text, in UTF-8 bytes. */
  readonly sizeBytes: number
  /** The largest size allowed, in UTF-8 bytes. */
  readonly limitBytes: number

  constructor(field: string, sizeBytes: number, limitBytes: number) {
    const problem = `is ${sizeBytes} bytes of JSON, more than the limit of ${limitBytes}`
    super([{ field, problem, limit: limitBytes }])
    this.sizeBytes = sizeBytes
    this.limitBytes = limitBytes
  }
}

function inWords(fault: Fault): string {
  return `${fault.field}: ${fault.problem}`
}
