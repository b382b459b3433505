#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { DureqError } from '@dureq/types'
import { pino } from 'pino'
import { banner } from './banner.ts'
import { loadConfig } from './config/load-config.ts'
import { type ServerNode, startNode } from './server-node.ts'

const USAGE = `dureq-server [--config FILE] [--check-config]

Runs a dureq node. Every option is in the README of the server; DUREQ_ variables win over the file.
`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { config: { type: 'string' }, 'check-config': { type: 'boolean' }, help: { type: 'boolean' } },
  })
  if (values.help) return void process.stdout.write(USAGE)
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
  const text =
    DureqError.is(error) || isUsageError(error) ? error.message : ((error as Error).stack ?? String(error))
  process.stderr.write(`${text}\n`)
  process.exit(1)
})

function isUsageError(error: unknown): error is Error {
  return error instanceof Error && String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS')
}
