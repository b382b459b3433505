import { defaultSizeLimits, type SizeLimits } from '@dureq/types'
import type { OptionSchema, Options } from '../option.ts'

/** The options of the group `limits`: what is larger is refused. All nodes and clients of a store should have the same. */
export const limitOptions: Options<SizeLimits> = {
  payload: limit('payload', 'of a job, workflow or item'),
  output: limit('output', 'of a handler'),
  headers: limit('headers', 'of a job, names and values together'),
  progress: limit('progress', 'a handler reports'),
}

function limit(name: keyof SizeLimits, what: string): OptionSchema {
  return {
    type: 'integer',
    minimum: 1,
    maximum: 64 * 1024 * 1024,
    default: defaultSizeLimits[name],
    description: `Most bytes of JSON in the ${name} ${what}`,
  }
}
