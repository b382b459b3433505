import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { root } from './paths.ts'
import { type Program, startProgram } from './program.ts'
import { tempDir } from './temp-dir.ts'

/** A running server, and where it says it listens. */
export interface Server {
  readonly program: Program
  readonly url: string
}

/** What is started. */
export const main: string = join(root, 'apps/server/dist/main.js')

/** Starts the server as a user would, on a free port; it is killed when the test is over. */
export function startMain(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd: string = tempDir(),
): Program {
  const program = startProgram('node', [main, ...args], { cwd, env: { DUREQ_PORT: '0', ...env } })
  onTestFinished(() => program.signal('SIGKILL'))
  return program
}

/** A server that says it is there, on a SQLite file of its own. */
export async function startServer(env?: Readonly<Record<string, string>>, cwd?: string): Promise<Server> {
  const program = startMain([], env, cwd)
  await program.printed('/api/jobs\n')
  const url = /dureq listens on (\S+),/.exec(program.output)?.[1]
  if (url === undefined) throw new Error(program.output)
  return { program, url }
}

/** What these tests read of a job. */
export interface Job {
  readonly id: string
  readonly status: string
  readonly result?: unknown
}

/** Enqueues over HTTP. */
export async function enqueue(url: string, body: object): Promise<Job> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${url}/api/jobs`, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(response.status).toBe(201)
  return (await response.json()) as Job
}

/** The job as soon as it has one of these statuses. */
export async function jobThatIs(url: string, id: string, ...statuses: readonly string[]): Promise<Job> {
  for (;;) {
    const job = (await (await fetch(`${url}/api/jobs/${id}`)).json()) as Job
    if (statuses.includes(job.status)) return job
  }
}

/** Writes a module of handlers; says where it is. */
export function handlerModule(source: string): string {
  const path = join(tempDir(), 'handlers.mjs')
  writeFileSync(path, source)
  return path
}
