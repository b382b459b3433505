import { pathToFileURL } from 'node:url'
import { ValidationError } from '@dureq/types'
import type { Worker } from '@dureq/worker'

/** What a handler module exports by default, or as `register`. */
type RegisterHandlers = (worker: Worker) => void | Promise<void>

/** Loads handler modules, in order, and lets each register what it has. */
export async function registerUserHandlers(worker: Worker, paths: readonly string[]): Promise<void> {
  for (const path of paths) await (await load(path))(worker)
}

async function load(path: string): Promise<RegisterHandlers> {
  const loaded = await importModule(path)
  const register = loaded['default'] ?? loaded['register']
  if (typeof register === 'function') return register as RegisterHandlers
  throw new ValidationError([{ field: path, problem: 'must export a function by default or as register' }])
}

async function importModule(path: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>
  } catch (cause) {
    const problem = `cannot be loaded: ${(cause as Error).message}`
    throw new ValidationError([{ field: path, problem }], { cause })
  }
}
