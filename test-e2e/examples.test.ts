import { join } from 'node:path'
import { createClient } from '@dureq/client'
import { createSqliteStore } from '@dureq/sqlite-store'
import { createWorker, type Worker } from '@dureq/worker'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { root, tool } from './support/paths.ts'
import { runProgram, startProgram } from './support/program.ts'
import { tempDir } from './support/temp-dir.ts'

const example = (path: string): string => join(root, 'examples', path)

describe('the examples', () => {
  it('hold what their types say', async () => {
    await runProgram(tool('tsc'), ['-p', example('tsconfig.json')], { cwd: root })
  })

  it('the producer enqueues and lists, and the node runs its jobs until it is told to stop', async () => {
    const cwd = tempDir()
    const listed = await runProgram('node', [example('producer/main.mjs')], { cwd })
    expect(listed).toMatch(/^\w{20} pending \{ to: 'ada@.*\n\w{20} pending .*\n\w{20} scheduled .*\n$/)

    const node = startProgram('node', [example('node/main.mjs')], { cwd })
    onTestFinished(() => node.signal('SIGKILL'))
    await node.printed('sending to ada@example.com, attempt 1 of 5')
    await node.printed('sending to grace@example.com, attempt 1 of 5')
    node.signal('SIGTERM')
    expect(await node.ended).toBe(0)
    expect(node.output).toContain('"handedBack":0,"abandoned":0}')
    expect(node.output).not.toContain('alan@example.com')

    const after = await runProgram('node', [example('producer/main.mjs')], { cwd })
    expect(after.match(/ completed /g)).toHaveLength(2)
  })

  it.each(['SQLite', 'Redis'])('one program runs on %s', async (name) => {
    const env = name === 'Redis' ? { REDIS_URL: `redis://127.0.0.1:${inject('redisPort')}/1` } : {}
    const main = example('one-program-two-stores/main.mjs')
    const output = await runProgram('node', [main], { cwd: tempDir(), env })
    expect(output).toBe('sum 6\nruns succeeded, failed\n')
  })

  it('the schedules fire on, and catch up after a stop', async () => {
    const cwd = tempDir()
    for (const printed of ['scheduled\n', 'it is scheduled already\n']) {
      const node = startProgram('node', [example('schedules/main.mjs')], { cwd })
      onTestFinished(() => node.signal('SIGKILL'))
      await node.printed(printed)
      await node.printed('the next working day in Tokyo begins')
      await node.printed('fired for')
      node.signal('SIGTERM')
      expect(await node.ended).toBe(0)
      expect(node.output).toContain('stopped')
    }
  })

  it('the workflow waits for its payment, also over a stop of its node', async () => {
    const cwd = tempDir()
    const startNode = (): ReturnType<typeof startProgram> => {
      const node = startProgram('node', [example('workflows/main.mjs')], { cwd })
      onTestFinished(() => node.signal('SIGKILL'))
      return node
    }
    const first = startNode()
    await first.printed('put aside: tea')
    await first.printed('waits for its payment')
    first.signal('SIGTERM')
    expect(await first.ended).toBe(0)

    const [, id = ''] = /order (\w{20}) waits/.exec(first.output) ?? []
    expect(await runProgram('node', [example('workflows/pay.mjs'), id], { cwd })).toBe('paid\n')
    const second = startNode()
    await second.printed('the order is done: { tracking:')
    expect(second.output).toContain("shipped { item: 'tea' } to ada")
    expect(second.output).not.toContain('put aside')
    second.signal('SIGTERM')
    expect(await second.ended).toBe(0)
  })

  it('the tenants do not get into each other’s way, and nothing is read twice', async () => {
    const output = await runProgram('node', [example('tenants/main.mjs')], { cwd: tempDir() })
    expect(output).toContain('before the start: No live node')
    expect(output.match(/reading flaky\.csv/g)).toHaveLength(1)
    expect(output).toContain('imported flaky.csv of acme with 1000 rows')
    expect(output).toMatch(/another one of acme: .*\{acme\}.*\n/)
    expect(output.indexOf('imported only.csv')).toBeLessThan(output.indexOf('imported part-20.csv'))
    expect(output).toMatch(/all is done, 0 slots are held\n$/)
  })

  it('the batch goes through the lines of a file, also those that are bad', async () => {
    const cwd = tempDir()
    const main = example('batches/main.mjs')
    const first = await runProgram('node', [main], { cwd })
    expect(first).toMatch(/^0 of 4, 0 failed\n[\s\S]*4 of 4, 1 failed\n/)
    expect(first).toContain("line-1 { name: 'tea', yen: 560 }\n")
    expect(first).toContain('line-3 a lot is no price\n')
    // It is over by now, and the same batch.
    const second = await runProgram('node', [main], { cwd })
    expect(second).toMatch(/^4 of 4, 1 failed\nline-1/)
  })

  it('the group becomes one mail when there are three comments, and when no more come', async () => {
    const cwd = tempDir()
    const comment = (to: string, text: string): Promise<string> =>
      runProgram('node', [example('groups/comment.mjs'), to, text], { cwd })
    expect(await comment('ada', 'one')).toBe('ada has 1 waiting\n')

    const node = startProgram('node', [example('groups/main.mjs')], { cwd })
    onTestFinished(() => node.signal('SIGKILL'))
    await node.printed('collecting')
    await comment('grace', 'first')
    await comment('grace', 'second')
    await comment('grace', 'third')
    await node.printed('to grace:')
    await node.printed('to ada: one')
    node.signal('SIGTERM')
    expect(await node.ended).toBe(0)
  })

  it('the handler module registers its handlers with the worker it is given', async () => {
    const store = createSqliteStore({ path: ':memory:' })
    const client = createClient({ store })
    const worker = createWorker({ store })
    onTestFinished(async () => {
      await worker.stop()
      await client.close()
      await store.close()
    })
    const loaded: unknown = await import(example('handler-module/handlers.mjs'))
    const { default: registerHandlers } = loaded as { default: (worker: Worker) => void }
    registerHandlers(worker)
    await worker.start()

    const job = await client.enqueue('text.count-words', { text: 'to be or not to be' })
    expect(await client.waitForResult(job)).toEqual({ words: 6 })
    const wrong = await client.enqueue('text.count-words', { text: 7 })
    await expect(client.waitForResult(wrong)).rejects.toMatchObject({ code: 'job-failed' })
  })
})
