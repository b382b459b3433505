import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Program, startProgram } from './support/program.ts'
import {
  enqueue,
  handlerModule,
  type Job,
  jobThatIs,
  main,
  startMain,
  startServer,
} from './support/server.ts'
import { tempDir } from './support/temp-dir.ts'

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

  it('says everything that is wrong with its configuration, and does not start', async () => {
    const env = { DUREQ_PORT: 'many', DUREQ_HOST: '0.0.0.0', DUREQ_MODES: '', DUREQ_COLOUR: 'red' }
    for (const args of [[], ['--check-config']]) {
      const program = startMain(args, env)
      expect(await program.ended).toBe(1)
      for (const name of ['DUREQ_PORT', 'DUREQ_COLOUR', 'host', 'modes'])
        expect(program.output).toContain(`  ${name} `)
    }
    const good = startMain(['--check-config'])
    expect(await good.ended).toBe(0)
    expect(good.output).toBe('the configuration is good\n')
  })

  it('prints its configuration, without secrets, and starts nothing', async () => {
    const env = { DUREQ_CONCURRENCY: '7', DUREQ_REDIS_PASSWORD: 'a secret' }
    const printed = startMain(['--print-config'], env)
    expect(await printed.ended).toBe(0)
    expect(printed.output).toContain('concurrency: 7 # DUREQ_CONCURRENCY')
    expect(printed.output).not.toContain('a secret')
  })

  it('tells its version and its options', async () => {
    const version = startMain(['--version'])
    expect(await version.ended).toBe(0)
    expect(version.output).toMatch(/^\d+\.\d+\.\d+\n$/)
    const help = startMain(['--help'])
    expect(await help.ended).toBe(0)
    expect(help.output).toContain('--print-config')
    const wrong = startMain(['--colour'])
    expect(await wrong.ended).toBe(1)
    expect(wrong.output).toContain("Unknown option '--colour'")
  })

  it('makes what a configuration keeps of a token', async () => {
    const line = `printf 'a-token\\n' | node ${main} --hash-token`
    const hashed = startProgram('sh', ['-c', line], { cwd: tempDir() })
    expect(await hashed.ended).toBe(0)
    expect(hashed.output).toBe(`${createHash('sha256').update('a-token').digest('hex')}\n`)
  })

  it('is not healthy while its event loop is blocked for too long', async () => {
    const handlers = handlerModule(`
      export default (worker) => worker.handle('compute', () => {
        const end = performance.now() + 700
        while (performance.now() < end);
      })
    `)
    const { url } = await startServer({
      DUREQ_HANDLERS: handlers,
      DUREQ_HEALTH_MAX_EVENT_LOOP_DELAY_MS: '300',
    })
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'healthy' })
    const { id } = await enqueue(url, { task_type: 'compute' })
    await jobThatIs(url, id, 'completed')
    let response: Response
    do response = await fetch(`${url}/healthz`)
    while (response.ok)
    const error = expect.stringMatching(/^the event loop was blocked for \d+ ms$/) as string
    expect([response.status, await response.json()]).toEqual([503, { status: 'unhealthy', error }])
    expect(await (await fetch(`${url}/readyz`)).json()).toMatchObject({ status: 'not ready' })
  })
})
