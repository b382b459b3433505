import { systemClock } from '@dureq/runtime'
import type { Logger } from '@dureq/types'

/** One part of stopping. */
interface ShutdownStep {
  readonly name: string
  /** After so long it is left to itself and the next step begins, in ms. */
  readonly withinMs: number
  readonly run: () => Promise<unknown>
}

/** Undoes what was done, the last first. What fails or hangs keeps nothing else from being undone. */
export interface Shutdown {
  add(step: ShutdownStep): void
  /**
   * Runs the steps; a second call joins the first. Never takes longer than all of them may together.
   *
   * @throws Error of the first step that failed or was late; each of them is logged.
   */
  run(): Promise<void>
}

/** Nothing to stop yet. */
export function createShutdown(logger: Logger): Shutdown {
  const steps: ShutdownStep[] = []
  let running: Promise<void> | undefined
  return {
    add: (step) => void steps.unshift(step),
    run: () => (running ??= runSteps(steps, logger)),
  }
}

async function runSteps(steps: readonly ShutdownStep[], logger: Logger): Promise<void> {
  const errors: unknown[] = []
  for (const step of steps) {
    try {
      await within(step)
      logger.debug({ step: step.name }, 'a part stopped')
    } catch (err) {
      logger.error({ err, step: step.name }, 'a part did not stop cleanly')
      errors.push(err)
    }
  }
  if (errors.length > 0) throw errors[0]
}

function within({ name, withinMs, run }: ShutdownStep): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const late = systemClock.setTimeout(
      () => reject(new Error(`${name} did not stop within ${withinMs} ms`)),
      withinMs,
    )
    void run()
      .then(resolve, reject)
      .finally(() => late.cancel())
  })
}
