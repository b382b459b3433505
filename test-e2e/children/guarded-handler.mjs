import { mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A job that loses its node again and again is no failure. */
const options = { retryPolicy: { maxAttempts: 1_000, initialDelay: 1, multiplier: 1 } }

/**
 * Registers the handler of jobs that must not run at once when they have the same key. A file per key stands beside the diary
 * while one runs, with the process that runs it; whoever finds it there notes the clash. A file whose process was killed
 * is nobody's any more.
 */
export function handleGuarded(worker, diary) {
  const file = openSync(diary, 'a')
  const locks = `${diary}.locks`
  mkdirSync(locks, { recursive: true })
  worker.handle(
    'guarded',
    async ({ key, workMs }, { jobId, runId, nodeId, attempt }) => {
      const lock = join(locks, key)
      const clash = enter(lock)
      writeSync(file, `${JSON.stringify({ jobId, runId, nodeId, attempt, ...(clash && { clash }) })}\n`)
      try {
        await sleep(workMs)
      } finally {
        if (clash === undefined) rmSync(lock)
      }
    },
    options,
  )
}

/** Says which process has the lock, if another execution of a process that lives has it. */
function enter(lock) {
  for (;;) {
    try {
      writeFileSync(lock, `${process.pid}`, { flag: 'wx' })
      return undefined
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const holder = holderOf(lock)
    if (holder !== undefined && isAlive(holder)) return holder
    rmSync(lock, { force: true })
  }
}

function holderOf(lock) {
  try {
    // Whoever was killed between making the file and writing into it has it no more.
    return Number(readFileSync(lock, 'utf8')) || undefined
  } catch {
    return undefined
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
