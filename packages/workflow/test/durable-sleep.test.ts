import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@dureq/client'
import { createSqliteStore } from '@dureq/sqlite-store'
import { createVirtualClock, type VirtualClock } from '@dureq/store-testing'
import type { WorkflowDefinition } from '@dureq/types'
import { createWorker } from '@dureq/worker'
import { expect, it, onTestFinished } from 'vitest'
import { createWorkflowEngine } from '../src/index.ts'

const DAY_MS = 24 * 60 * 60 * 1000

const trial: WorkflowDefinition = {
  name: 'trial',
  tasks: [
    { name: 'welcome', taskType: 'mail' },
    { name: 'two weeks', type: 'wait', timeout: '14d', dependsOn: ['welcome'] },
    { name: 'remind', taskType: 'mail', dependsOn: ['two weeks'] },
  ],
}

it('a workflow sleeps for days, and everything may be stopped meanwhile', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'dureq-sleep-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  const clock = createVirtualClock()
  const path = join(dir, 'dureq.db')
  const mailed: number[] = []
  const startedAt = clock.now()

  const life = async (body: (client: ReturnType<typeof createClient>) => Promise<void>): Promise<void> => {
    const store = createSqliteStore({ path, clock })
    const client = createClient({ store, clock })
    const worker = createWorker({ store, clock })
    const engine = createWorkflowEngine({ store, clock })
    worker.handle('mail', () => void mailed.push(Math.round((clock.now() - startedAt) / DAY_MS)))
    await worker.start()
    await engine.start()
    await body(client)
    await flow(clock, Promise.all([engine.stop(), worker.stop()]))
    await client.close()
    await store.close()
  }

  let id = ''
  await life(async (client) => {
    id = (await client.enqueueWorkflow(trial)).id
    const isAsleep = async (): Promise<boolean> =>
      (await client.getWorkflow(id))?.tasks['two weeks']?.status === 'running'
    await until(isAsleep, clock)
    expect(mailed).toEqual([0])
  })
  for (const days of [6, 7]) {
    await clock.advanceBy(days * DAY_MS)
    await life(async (client) => {
      const begun = clock.now()
      await until(() => clock.now() > begun + 10_000, clock)
      expect(await client.getWorkflow(id)).toMatchObject({ status: 'running' })
    })
  }
  expect(mailed).toEqual([0])
  await clock.advanceBy(DAY_MS)
  await life(async (client) => {
    const isOver = async (): Promise<boolean> => (await client.getWorkflow(id))?.status === 'completed'
    await until(isOver, clock)
    expect(mailed).toEqual([0, 14])
  })
})

/** Lets time pass, and everything run that is ready then, until it is so. */
async function until(isSo: () => boolean | Promise<boolean>, clock: VirtualClock): Promise<void> {
  while (!(await isSo())) {
    await new Promise((resolve) => setImmediate(resolve))
    await clock.advanceBy(10)
  }
}

/** Lets time pass until something has happened. */
async function flow(clock: VirtualClock, happening: Promise<unknown>): Promise<void> {
  let isOver = false
  void happening.finally(() => {
    isOver = true
  })
  await until(() => isOver, clock)
  await happening
}
