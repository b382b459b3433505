import type { Logger } from '@dureq/types'
import type { Worker } from '@dureq/worker'
import type { BuiltinName } from '../config/config.ts'
import { handleEcho } from './echo.ts'
import { handleFailAlways } from './fail-always.ts'
import { handleHttpWebhook } from './http-webhook.ts'
import { handleNoop } from './noop.ts'
import { handleSleep } from './sleep.ts'

const registrations: Readonly<Record<BuiltinName, (worker: Worker, logger: Logger) => void>> = {
  echo: handleEcho,
  noop: handleNoop,
  sleep: handleSleep,
  'fail-always': handleFailAlways,
  'http-webhook': handleHttpWebhook,
}

/** Registers the named handlers of the server itself. */
export function registerBuiltins(worker: Worker, names: readonly BuiltinName[], logger: Logger): void {
  for (const name of new Set(names)) registrations[name](worker, logger)
}
