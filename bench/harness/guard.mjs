// Starts the server it is told to and ends it, and removes its directory, as soon as whoever forked this is gone,
// however that ended.

import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'

const LAST_WORDS = 2_000

/** @type {import('./server-process.mjs').ServerCommand} */
const { command, args, dir, owner, endSignal } = JSON.parse(process.argv[2] ?? '')
const server = spawn(command, args, { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'], ...owner })

let lastWords = ''
for (const output of [server.stdout, server.stderr]) {
  output.on('data', (chunk) => {
    lastWords = (lastWords + chunk).slice(-LAST_WORDS)
  })
}
server.on('error', (error) => end(error.message))
server.on('close', () => end(lastWords))
process.on('disconnect', () => server.kill(endSignal))

/** @param {string} reason */
function end(reason) {
  rmSync(dir, { recursive: true, force: true })
  if (process.connected) process.send?.({ reason }, () => process.exit())
  else process.exit()
}
