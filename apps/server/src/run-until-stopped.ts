import type { Logger } from 'pino'
import type { ServerNode } from './server-node.ts'

/**
 * Lets this process end as its node does. The first SIGTERM or SIGINT stops the node, also one that is still starting, and
 * exits with 0 if all of it stopped cleanly, else with 1; the second exits with 1 at once. A promise nobody handled is a bug
 * somewhere in this process: the node stops as by a signal and exits with 1. After an error nobody caught nothing can be
 * relied on: it exits with 1 at once, and other nodes take over what it held.
 */
export function runUntilStopped(starting: Promise<ServerNode>, logger: Logger): void {
  let stopping = false
  let signalled = false
  const stop = (code: number): void => {
    if (!stopping) stopAndExit(starting, code, logger)
    stopping = true
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (signalled) process.exit(1)
      signalled = true
      logger.info({ signal }, 'told to stop')
      stop(0)
    })
  }
  process.on('unhandledRejection', (err) => {
    logger.fatal({ err }, 'a promise was rejected and nobody handled it: stopping')
    stop(1)
  })
  process.on('uncaughtException', (err) => {
    logger.fatal({ err }, 'an error was thrown and nobody caught it: exiting')
    process.exit(1)
  })
}

/** A start that fails is told, and ends the process, where it was awaited. */
function stopAndExit(starting: Promise<ServerNode>, code: number, logger: Logger): void {
  starting.then(
    (node) =>
      node.stop().then(
        () => process.exit(code),
        (err: unknown) => {
          logger.error({ err }, 'the node did not stop cleanly')
          process.exit(1)
        },
      ),
    () => {},
  )
}
