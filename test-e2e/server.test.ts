import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { root } from './support/paths.ts'
import { type Program, startProgram } from './support/program.ts'
import { tempDir } from './support/temp-dir.ts'

/** A running server, and where it says it listens. */
interface Server {
  readonly program: Program
  readonly url: string
}

const main = join(root, 'apps/server/dist/main.js')

function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = tempDir(),
): Program {
  const program = startProgram('node', [main, ...args], { cwd, env: { DUREQ_PORT: '0', ...env } })
  onTestFinished(() => program.signal('SIGKILL'))
  return program
}

async function startServer(env?: Readonly<Record<string, string>>, cwd?: string): Promise<Server> {
  const program = start([], env, cwd)
  await program.printed('/api/jobs\n')
  const url = /dureq listens on (\S+),/.exec(program.output)?.[1]
  if (url === undefined) throw new Error(program.output)
  return { program, url }
}

interface Job {
  readonly id: string
  readonly status: string
  readonly result?: unknown
}

async function enqueue(url: string, body: object): Promise<Job> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${url}/api/jobs`, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(response.status).toBe(201)
  return (await response.json()) as Job
}

/** The job as soon as it has one of these statuses. */
async function jobThatIs(url: string, id: string, ...statuses: readonly string[]): Promise<Job> {
  for (;;) {
    const job = (await (await fetch(`${url}/api/jobs/${id}`)).json()) as Job
    if (statuses.includes(job.status)) return job
  }
}

describe('the server', () => {
  it('runs a job it is given over HTTP, and exits with 0 when it is told to stop', async () => {
    const { program, url } = await startServer()
    const { id } = await enqueue(url, { task_type: 'echo', payload: { message: 'hello' } })
    const job = await jobThatIs(url, id, 'completed', 'dead')
    expect(job).toMatchObject({ status: 'completed', result: { output: { message: 'hello' } } })
    program.signal('SIGTERM')
    expect(await program.ended).toBe(0)
  })

  it('can be tried with the line it prints', async () => {
    const { program, url } = await startServer()
    const [enqueueLine = '', listLine = ''] = program.output
      .split('\n')
      .filter((line) => line.startsWith('  curl'))
    const shell = (line: string): Program => startProgram('sh', ['-c', line], { cwd: tempDir() })
    const enqueued = shell(enqueueLine)
    expect(await enqueued.ended).toBe(0)
    await jobThatIs(url, (JSON.parse(enqueued.output) as Job).id, 'completed')
    const listed = shell(listLine)
    expect(await listed.ended).toBe(0)
    expect(JSON.parse(listed.output)).toMatchObject({ total: 1, data: [{ status: 'completed' }] })
  })

  it('lets what runs finish when it is told to stop', async () => {
    const cwd = tempDir()
    const { program, url } = await startServer({}, cwd)
    const { id } = await enqueue(url, { task_type: 'sleep', payload: { duration_ms: 500 } })
    await jobThatIs(url, id, 'running')
    program.signal('SIGINT')
    expect(await program.ended).toBe(0)
    expect(program.output).toContain('"finished":1,"handedBack":0,"abandoned":0')
    const again = await startServer({}, cwd)
    expect(await jobThatIs(again.url, id, 'completed', 'pending', 'running')).toMatchObject({
      status: 'completed',
    })
  })

  it('hands back what does not finish in time, for the next node to run', async () => {
    const cwd = tempDir()
    const { program, url } = await startServer({ DUREQ_DRAIN_TIMEOUT_MS: '100' }, cwd)
    const { id } = await enqueue(url, { task_type: 'sleep', payload: { duration_ms: 2_000 } })
    await jobThatIs(url, id, 'running')
    program.signal('SIGTERM')
    expect(await program.ended).toBe(0)
    expect(program.output).toContain('"finished":0,"handedBack":1,"abandoned":0')
    const again = await startServer({}, cwd)
    expect(await jobThatIs(again.url, id, 'completed', 'dead')).toMatchObject({
      status: 'completed',
      attempt: 1,
    })
  })

  it('does not wait after a second signal', async () => {
    const { program, url } = await startServer()
    const { id } = await enqueue(url, { task_type: 'sleep', payload: { duration_ms: 300_000 } })
    await jobThatIs(url, id, 'running')
    program.signal('SIGTERM')
    while ((await fetch(`${url}/readyz`)).ok) continue
    program.signal('SIGTERM')
    expect(await program.ended).toBe(1)
  })

  it('says everything that is wrong with its configuration, and does not start', async () => {
    const env = { DUREQ_PORT: 'many', DUREQ_HOST: '0.0.0.0', DUREQ_MODES: '', DUREQ_COLOUR: 'red' }
    for (const args of [[], ['--check-config']]) {
      const program = start(args, env)
      expect(await program.ended).toBe(1)
      for (const name of ['DUREQ_PORT', 'DUREQ_COLOUR', 'host', 'modes'])
        expect(program.output).toContain(`  ${name} `)
    }
    const good = start(['--check-config'])
    expect(await good.ended).toBe(0)
    expect(good.output).toBe('the configuration is good\n')
  })
})
