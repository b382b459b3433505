import { type ErrorCode, errorCodes } from './codes.ts'

/**
 * Where every instance answers "are you of the class with this code?". The question goes to the error itself, by
 * a symbol all copies of this package share, so it is answered right whichever copy made the error.
 */
const isOfClass: unique symbol = Symbol.for('dureq.error.is-of-class')

interface Asked {
  [isOfClass](code: string): boolean
}

/** An error class of dureq: its instances carry its `code`. */
type ErrorClass<E extends DureqError> = (abstract new (...args: never) => E) & { readonly code: string }

/**
 * What every error dureq throws on purpose has in common: a `code` to compare, a message for people, and the
 * `cause` when another error led to it.
 *
 * Use `DureqError.is(error)` and `JobNotFoundError.is(error)` rather than `instanceof`: `is` also recognises
 * errors made by another copy of the package.
 */
export abstract class DureqError<Code extends ErrorCode = ErrorCode> extends Error {
  /** The code of the class; every subclass states its own. */
  static readonly code: string = 'dureq'

  /** What a program compares; `errorCodes` lists all of them. */
  readonly code: Code

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = new.target.code as Code
  }

  /** The class name. A getter, because V8 writes it into `stack` before any field exists. */
  override get name(): string {
    const { code } = this.constructor as typeof DureqError
    return errorCodes[code as ErrorCode] ?? 'DureqError'
  }

  /** Whether a value is an error of the class this is called on, or of a class below it. */
  static is<E extends DureqError>(this: ErrorClass<E>, value: unknown): value is E {
    return value instanceof Error && isOfClass in value && (value as Asked)[isOfClass](this.code)
  }

  static {
    Object.defineProperty(this.prototype, isOfClass, { value: hasClass })
  }
}

/** Whether the class of an error, or one of those it extends, has the code. */
function hasClass(this: DureqError, code: string): boolean {
  let type = this.constructor as typeof DureqError
  while (type.code !== code && type.code !== 'dureq') type = Object.getPrototypeOf(type)
  return type.code === code
}
