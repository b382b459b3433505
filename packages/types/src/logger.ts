/** Writes one line: what belongs to it, then a constant message. An error goes under `err`. */
export type LogFunc = (fields: Readonly<Record<string, unknown>>, message: string) => void

/**
 * Where parts of dureq log. A pino logger is one. Info is what an operator must know, debug what a developer
 * wants; there is one line per state change and none per poll.
 */
export interface Logger {
  readonly debug: LogFunc
  readonly info: LogFunc
  readonly warn: LogFunc
  readonly error: LogFunc
  /** A logger that adds these fields to every line: `logger.child({ component: 'worker' })`. */
  child(fields: Readonly<Record<string, unknown>>): Logger
}

/** Logs nothing: what libraries use when they are given no logger. */
export const silentLogger: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => silentLogger,
}

function nothing(): void {}
