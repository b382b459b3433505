import { apiOptions } from './groups/api.ts'
import { batchOptions, workflowOptions } from './groups/engines.ts'
import { healthOptions } from './groups/health.ts'
import { limitOptions } from './groups/limits.ts'
import { nodeOptions } from './groups/node.ts'
import { redisOptions } from './groups/redis.ts'
import { schedulerOptions } from './groups/scheduler.ts'
import { settingsOptions } from './groups/settings.ts'
import { sqliteOptions } from './groups/sqlite.ts'
import { workerOptions } from './groups/worker.ts'
import { isOption, type OptionSchema, type OptionTree } from './option.ts'

/** The whole configuration: the file is shaped like this tree. */
const tree: OptionTree = {
  ...nodeOptions,
  api: apiOptions,
  health: healthOptions,
  worker: workerOptions,
  scheduler: schedulerOptions,
  workflow: workflowOptions,
  batch: batchOptions,
  limits: limitOptions,
  sqlite: sqliteOptions,
  redis: redisOptions,
  settings: settingsOptions,
}

/** Every option by its path in the file, such as `redis.url`. The README's tables and `--help` are made from it. */
export const options: Readonly<Record<string, OptionSchema>> = Object.fromEntries(flatten(tree, ''))

function flatten(members: OptionTree, prefix: string): [string, OptionSchema][] {
  return Object.entries(members).flatMap(([name, member]): [string, OptionSchema][] =>
    isOption(member) ? [[prefix + name, member]] : flatten(member, `${prefix}${name}.`),
  )
}

/** The JSON Schema of the whole file, which fills in the defaults. */
export function configSchema(members: OptionTree = tree): object {
  const properties = Object.entries(members).map(([name, member]) => [
    name,
    isOption(member) ? member : configSchema(member),
  ])
  return {
    type: 'object',
    additionalProperties: false,
    default: {},
    properties: Object.fromEntries(properties) as object,
  }
}
