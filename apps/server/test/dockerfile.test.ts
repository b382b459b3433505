import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DockerfileParser, type Instruction, type JSONInstruction } from 'dockerfile-ast'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { options } from '../src/config/schema.ts'
import { configOf, readAtRoot, root } from './deployment.ts'

const dockerfile = DockerfileParser.parse(readAtRoot('Dockerfile'))
const manifest = JSON.parse(readAtRoot('package.json')) as { packageManager: string }

/** The stages in order, by name if they have one, with their instructions. */
const stages = splitStages(dockerfile.getInstructions())
const [build = [], final = []] = stages.map(({ instructions }) => instructions)

function splitStages(instructions: readonly Instruction[]) {
  const found: { name: string | null; image: string | null; instructions: Instruction[] }[] = []
  for (const instruction of instructions) {
    if (instruction.getKeyword() === 'FROM') {
      const from = dockerfile.getFROMs()[found.length]
      found.push({ name: from?.getBuildStage() ?? null, image: from?.getImage() ?? null, instructions: [] })
    } else found.at(-1)?.instructions.push(instruction)
  }
  return found
}

function argumentsOf(instructions: readonly Instruction[], keyword: string): readonly (readonly string[])[] {
  return instructions
    .filter((instruction) => instruction.getKeyword() === keyword)
    .map((instruction) => instruction.getArguments().map((argument) => argument.getValue()))
}

/** The list of an instruction in exec form. */
function execForm(instruction: Instruction | undefined): readonly string[] {
  const strings = (instruction as JSONInstruction).getJSONStrings()
  return strings.map((argument) => JSON.parse(argument.getValue()) as string)
}

function variablesOf(instructions: readonly Instruction[]): Readonly<Record<string, string>> {
  const pairs = argumentsOf(instructions, 'ENV').flat()
  return Object.fromEntries(pairs.map((pair) => pair.split('=') as [string, string]))
}

describe('the Dockerfile', () => {
  it('builds in one stage and runs in another, on the same image', () => {
    expect(stages.map(({ name }) => name)).toEqual(['build', null])
    expect(new Set(stages.map(({ image }) => image)).size).toBe(1)
    const [, major = ''] = /^node:(\d+)-/.exec(stages[0]?.image ?? '') ?? []
    expect(Number(major)).toBeGreaterThanOrEqual(20)
  })

  it('copies what there is', () => {
    const sources = argumentsOf(build, 'COPY').flatMap((paths) => paths.slice(0, -1))
    expect(sources).toContain('pnpm-lock.yaml')
    for (const source of sources) expect([source, existsSync(root + source)]).toEqual([source, true])
    const ignored = readAtRoot('.dockerignore').split('\n')
    for (const source of sources) expect(ignored).not.toContain(source)
    expect(ignored).toEqual(expect.arrayContaining(['**/node_modules', '**/dist', '.git']))
  })

  it('installs from the lock file, with the pnpm that is pinned, and deploys what the final stage takes', () => {
    const commands = build
      .filter((instruction) => instruction.getKeyword() === 'RUN')
      .map((instruction) => instruction.getArgumentsContent() ?? '')
    expect(commands.join('\n')).toContain('require("./package.json").packageManager')
    expect(manifest.packageManager).toMatch(/^pnpm@\d+\.\d+\.\d+$/)
    expect(commands.filter((command) => command.includes('pnpm install'))).toEqual([
      expect.stringContaining('--frozen-lockfile'),
    ])
    const [, target = ''] = /deploy (\S+)$/.exec(commands.at(-1) ?? '') ?? []
    expect(argumentsOf(final, 'COPY')).toEqual([[target, '/app']])
    expect(final.find((each) => each.getKeyword() === 'COPY')?.getTextContent()).toContain('--from=build')
    const workspaces = parse(readAtRoot('pnpm-workspace.yaml')) as { packages: string[] }
    expect(workspaces.packages).toContain('apps/*')
  })

  it('starts what is built, as a user who may do nothing else, and can be stopped', () => {
    const [entrypoint] = dockerfile.getENTRYPOINTs()
    const command = execForm(entrypoint)
    const { bin } = JSON.parse(readAtRoot('apps/server/package.json')) as { bin: Record<string, string> }
    expect(command).toEqual(['node', bin['dureq-server']?.replace('.', '/app')])
    expect(existsSync(`${root}apps/server/src/main.ts`)).toBe(true)
    expect(argumentsOf(final, 'USER')).toEqual([['node']])
    expect(argumentsOf(final, 'STOPSIGNAL')).toEqual([['SIGTERM']])
  })

  it('sets variables the server knows, and cannot be reached without a token', () => {
    const { NODE_ENV, ...env } = variablesOf(final)
    expect(NODE_ENV).toBe('production')
    expect(() => configOf(env)).toThrow('no apiToken')
    const config = configOf({ ...env, DUREQ_API_TOKEN: 'a-token-that-is-long-enough' })
    expect(config).toMatchObject({ host: '0.0.0.0', port: options['port']?.default })
    expect(argumentsOf(final, 'EXPOSE')).toEqual([[String(config.port)]])
    const [[volume = ''] = []] = argumentsOf(final, 'VOLUME')
    expect(config.sqlite.path.startsWith(`${volume}/`)).toBe(true)
  })

  it('is healthy while the node says so', async () => {
    let status = 200
    const server = createServer((request, response) => {
      response.writeHead(request.url === '/healthz' ? status : 404).end()
    }).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    expect(await runHealthcheck(port)).toBe(0)
    status = 503
    expect(await runHealthcheck(port)).toBe(1)
    server.close()
    await once(server, 'close')
    expect(await runHealthcheck(port)).toBe(1)
  })
})

async function runHealthcheck(port: number): Promise<number> {
  const [healthcheck] = dockerfile.getHEALTHCHECKs()
  const [, json = ''] = /CMD (\[.*\])$/s.exec(healthcheck?.getTextContent() ?? '') ?? []
  const [command, ...args] = JSON.parse(json) as string[]
  expect(command).toBe('node')
  const child = spawn(process.execPath, args, { env: { DUREQ_PORT: String(port) }, stdio: 'ignore' })
  const [code] = (await once(child, 'exit')) as [number]
  return code
}
