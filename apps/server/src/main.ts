#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { DureqError, ValidationError } from '@dureq/types'
import { pino } from 'pino'
import { banner } from './banner.ts'
import { loadConfig } from './config/load-config.ts'
import { type ServerNode, startNode } from './server-node.ts'
import { usage } from './usage.ts'

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { config: { type: 'string' }, 'check-config': { type: 'boolean' }, help: { type: 'boolean' } },
  })
  if (values.help) return void process.stdout.write(usage())
  const config = loadConfig({ path: values.config, env: process.env, cwd: process.cwd() })
  if (values['check-config']) return void process.stdout.write('the configuration is good\n')
  const logger = pino({ level: config.logLevel })
  const node = await startNode(config, logger)
  process.stdout.write(banner(node, config))
  stopOnSignal(node, (err) => logger.error({ err }, 'node did not stop cleanly'))
}

/** The first signal drains and exits 0; the second does not wait. */
function stopOnSignal(node: ServerNode, onError: (error: unknown) => void): void {
  let stopping = false
  const onSignal = (): void => {
    if (stopping) process.exit(1)
    stopping = true
    node.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        onError(error)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}

main().catch((error: unknown) => {
  process.stderr.write(`${describe(error)}\n`)
  process.exit(1)
})

/** What a person needs to know: of what they can mend what and where, of anything else everything. */
function describe(error: unknown): string {
  if (ValidationError.is(error)) {
    const faults = error.fields.map(({ field, problem }) => `  ${field} ${problem}`)
    return ['dureq-server cannot start with this configuration:', ...faults].join('\n')
  }
  if (!(error instanceof Error)) return String(error)
  const { code = '' } = error as NodeJS.ErrnoException
  if (!DureqError.is(error) && !/^(E[A-Z]+$|ERR_PARSE_ARGS)/.test(code)) return error.stack ?? error.message
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
