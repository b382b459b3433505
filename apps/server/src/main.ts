#!/usr/bin/env node
import { createRequire } from 'node:module'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { createLogRedactor, hashToken } from '@dureq/monitor'
import { pino } from 'pino'
import { banner } from './banner.ts'
import { type LoadedConfig, loadConfig } from './config/load-config.ts'
import { printConfig } from './config/print-config.ts'
import { describeFailure } from './describe-failure.ts'
import { runUntilStopped } from './run-until-stopped.ts'
import { startNode } from './server-node.ts'
import { usage } from './usage.ts'

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      config: { type: 'string' },
      'check-config': { type: 'boolean' },
      'print-config': { type: 'boolean' },
      'hash-token': { type: 'boolean' },
      version: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) return print(usage())
  if (values.version) return print(`${version()}\n`)
  if (values['hash-token']) return print(`${hashToken((await text(process.stdin)).trim())}\n`)
  const loaded = loadConfig({ path: values.config, env: process.env, cwd: process.cwd() })
  if (values['print-config']) return print(printConfig(loaded))
  if (values['check-config']) return print('the configuration is good\n')
  await run(loaded)
}

function print(output: string): void {
  process.stdout.write(output)
}

function version(): string {
  const manifest = createRequire(import.meta.url)('../package.json') as { readonly version: string }
  return manifest.version
}

async function run({ config }: LoadedConfig): Promise<void> {
  const hide = createLogRedactor(config.api.redact)
  const logger = pino({ level: config.logLevel, ...(hide && { formatters: { log: hide } }) })
  const starting = startNode(config, logger)
  runUntilStopped(starting, logger)
  print(banner(await starting, config))
}

main().catch((error: unknown) => {
  process.stderr.write(`${describeFailure(error)}\n`)
  process.exit(1)
})
