// `pnpm bench`: builds the packages, installs the queues they are compared with, and measures.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { install, must, root } from './toolchain.mjs'

const measured = ['client', 'worker', 'scheduler', 'workflow', 'batch', 'redis-store', 'sqlite-store'].map(
  (name) => `--filter=@dureq/${name}...`,
)

await install('all')
await must('turbo', ['run', 'build', ...measured, '--output-logs=errors-only'])
await must('pnpm', ['--dir', 'bench', 'install', '--frozen-lockfile'])
// A fork, because it notices when this process ends, and then ends its servers.
const bench = fork(join(root, 'bench/main.mjs'), process.argv.slice(2), { execArgv: ['--expose-gc'] })
const [code] = await once(bench, 'exit')
process.exitCode = code ?? 1
