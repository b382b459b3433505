import { openSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** The handlers of a node. Each execution writes a line into the diary first, which no kind of death undoes. */
export function createHandlers(diary) {
  const file = openSync(diary, 'a')
  const note = ({ jobId, runId, nodeId, attempt }) =>
    writeSync(file, `${JSON.stringify({ jobId, runId, nodeId, attempt })}\n`)
  const begin = (ctx) => {
    note(ctx)
    process.send({ type: 'began', jobId: ctx.jobId, attempt: ctx.attempt })
  }
  return {
    /** Says where it ran. */
    echo: (payload, ctx) => {
      note(ctx)
      return { payload, pid: process.pid }
    },
    /** Takes as long as its payload says. */
    work: async ({ workMs = 0 }, ctx) => {
      note(ctx)
      if (workMs > 0) await sleep(workMs)
    },
    /** Goes on until the test releases it or its signal aborts. */
    hold: async (_, ctx) => {
      begin(ctx)
      await released(ctx)
      return { attempt: ctx.attempt }
    },
    /** Computes, so that nothing else happens in its process meanwhile. */
    compute: ({ ms }, ctx) => {
      note(ctx)
      const end = performance.now() + ms
      while (performance.now() < end);
      return { attempt: ctx.attempt, nodeId: ctx.nodeId }
    },
    /** Takes its process with it. */
    crash: async (_, ctx) => {
      note(ctx)
      process.kill(process.pid, 'SIGKILL')
      await new Promise(() => {})
    },
  }
}

function released({ jobId, signal }) {
  return new Promise((resolve, reject) => {
    const end = (settle) => {
      process.off('message', onMessage)
      signal.removeEventListener('abort', onAbort)
      settle()
    }
    const onMessage = (message) => {
      if (message.type === 'release' && message.jobId === jobId) end(resolve)
    }
    const onAbort = () => {
      const { code, cause } = signal.reason
      process.send({ type: 'aborted', jobId, code, reason: cause })
      end(() => reject(signal.reason))
    }
    process.on('message', onMessage)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort)
  })
}
