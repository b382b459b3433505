// `pnpm bench`: builds the packages, installs the queues they are compared with, and measures.

import { install, must, run } from './toolchain.mjs'

await install('all')
await must('turbo', ['run', 'build', '--filter=./packages/*', '--output-logs=errors-only'])
await must('pnpm', ['--dir', 'bench', 'install', '--frozen-lockfile'])
const { code } = await run('node', ['--expose-gc', 'bench/main.mjs', ...process.argv.slice(2)])
process.exitCode = code
