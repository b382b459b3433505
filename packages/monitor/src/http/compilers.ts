import { checkJsonSchema, type JsonSchema, ValidationError } from '@dureq/types'
import type { FastifyInstance } from 'fastify'
import { planAnswer } from '../redaction/answer-plan.ts'
import type { Redactor } from '../redaction/redactor.ts'
import { belowRoot } from './json-body.ts'
import { writeJson } from './write-json.ts'

/**
 * Lets ajv check what comes in and what goes out. Nothing is converted, filled in or removed: what does not fit is
 * refused with the names of all fields concerned. An answer that does not fit is a bug of ours and becomes a 500. User data pass the
 * redactor, if there is one, as the last of all.
 */
export function checkWithSchemas(app: FastifyInstance, redactor?: Redactor): void {
  app.setValidatorCompiler<JsonSchema>(({ schema, httpPart = 'body' }) => (data: unknown) => {
    const value = data ?? {}
    try {
      checkJsonSchema(schema, value, httpPart)
      return { value }
    } catch (error) {
      return { error: ValidationError.is(error) ? withoutRoot(error, httpPart) : (error as Error) }
    }
  })
  app.setSerializerCompiler<JsonSchema>(({ schema }) => {
    const plan = redactor && planAnswer(schema)
    return (data: unknown) => {
      try {
        checkJsonSchema(schema, data, 'answer')
      } catch (cause) {
        throw new TypeError('an answer does not fit its schema', { cause })
      }
      return writeJson(plan === undefined || redactor === undefined ? data : plan(data, redactor))
    }
  })
}

function withoutRoot(error: ValidationError, root: string): ValidationError {
  return new ValidationError(error.fields.map((fault) => ({ ...fault, field: belowRoot(fault.field, root) })))
}
