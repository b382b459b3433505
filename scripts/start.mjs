// `npm start`: installs and builds what the server needs, when that changed, and runs it.

import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { buildServer, install, root } from './toolchain.mjs'

await install('server')
await buildServer()

const server = spawn(process.execPath, ['apps/server/dist/main.js', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
})
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => server.kill(signal))
server.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
