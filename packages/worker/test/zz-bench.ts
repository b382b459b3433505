import { createWorker } from '../src/index.ts'
import { defaultSizeLimits } from '@dureq/types'
const N = Number(process.argv[2] ?? 300000)
const LAT = Number(process.argv[3] ?? 0)
let given = 0, settledN = 0
const t0 = { v: 0 }
let done: () => void
const finished = new Promise<void>((r) => { done = r })
const later = <T>(v: T): Promise<T> => new Promise((r) => LAT ? setTimeout(() => r(v), LAT) : setImmediate(() => r(v)))
const store: any = {
  limits: defaultSizeLimits,
  nodes: { announce: async () => ({ draining: false }), leave: async () => {} },
  runs: {
    claim: (_k: any, req: any) => {
      const leases: any[] = []
      const now = Date.now()
      while (leases.length < req.limit && given < N) {
        const id = 'j' + given++
        leases.push({ runId: id + '-1', firingId: id, jobId: id, token: 't' + id, taskType: 'noop', payload: '{"to":"a@example.com","n":1}', attempt: 1, maxAttempts: 3, consecutiveErrors: 0, priority: 5, headers: {}, leaseMs: 30000, claimableAt: now, claimedAt: now, createdAt: now, timeoutMs: process.argv[4] ? 30000 : undefined })
      }
      return later({ kind: 'claimed', leases, ended: [], now })
    },
    settle: (_k: any, o: any[]) => { settledN += o.length; if (settledN >= N) done(); return later({ outcomes: o.map(() => 'settled'), ended: [] }) },
    extend: async (_k: any, b: any[]) => b.map(() => 'live'),
    release: async (_k: any, b: any[]) => ({ outcomes: b.map(() => 'settled'), ended: [] }),
    advance: async () => ({ moved: 0, ended: [], now: Date.now() }),
    wait: (_r: any, { timeoutMs, signal }: any) => new Promise((r) => { const t = setTimeout(() => r([]), timeoutMs); signal?.addEventListener('abort', () => { clearTimeout(t); r([]) }) }),
  },
}
const worker = createWorker({ store, concurrency: 100 })
worker.handle('noop', async () => {})
const start = performance.now(); const cpu = process.cpuUsage()
await worker.start()
await finished
const ms = performance.now() - start; const c = process.cpuUsage(cpu)
console.log(`${N} jobs in ${ms.toFixed(0)} ms = ${(N / ms * 1000).toFixed(0)}/s; cpu ${((c.user + c.system) / 1000).toFixed(0)} ms = ${(N / ((c.user + c.system) / 1e6)).toFixed(0)}/cpu-s`)
await worker.stop()
