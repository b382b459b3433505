import { openSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const GROUP_SIZE = 20

/** A job that loses its node again and again fails for no other reason. */
const options = {
  maxSize: GROUP_SIZE,
  retryPolicy: { maxAttempts: 1_000, initialDelay: 1, multiplier: 1 },
}

/** Registers handlers that take many jobs at once. Each execution of each job is noted before anything is done. */
export function handleGroups(worker, diary) {
  const file = openSync(diary, 'a')
  const note = (jobs) => {
    const lines = jobs.map(({ jobId, runId, nodeId, attempt }) =>
      JSON.stringify({ jobId, runId, nodeId, attempt }),
    )
    writeSync(file, `${lines.join('\n')}\n`)
  }
  /** Takes as long as its first job says. */
  worker.handleMany('many', options, async (jobs) => {
    note(jobs)
    await sleep(jobs[0].payload.workMs)
    return jobs.map(({ attempt }) => ({ attempt }))
  })
  /** The first attempts never end; later ones do at once. */
  worker.handleMany('many-stuck', options, async (jobs) => {
    note(jobs)
    for (const { jobId, attempt } of jobs) process.send({ type: 'began', jobId, attempt })
    if (jobs.some(({ attempt }) => attempt === 1)) await new Promise(() => {})
    return jobs.map(({ attempt }) => ({ attempt }))
  })
}
