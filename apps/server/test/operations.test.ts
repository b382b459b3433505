import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMetrics } from '@dureq/monitor'
import { createSqliteStore } from '@dureq/sqlite-store'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { Config } from '../src/config/config.ts'
import { loadConfig } from '../src/config/load-config.ts'
import { stopWithinMs } from '../src/stop-limits.ts'
import { readApiDocument } from './api-document.ts'
import { configOf, readAtRoot } from './deployment.ts'
import { parseUnitFile } from './unit-file.ts'

const text = readAtRoot('docs/operations.md')

/** The blocks of code of a language. */
function blocks(language: string): readonly string[] {
  return [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, code = '']) => code,
  )
}

describe('the systemd unit', () => {
  const [source = ''] = blocks('ini')
  const unit = parseUnitFile(source)
  const settings = (section: string, key: string): readonly string[] =>
    (unit[section] ?? []).filter(([name]) => name === key).map(([, value]) => value)

  const known = {
    Unit: ['Description', 'After', 'Wants', 'StartLimitIntervalSec'],
    Service: [
      'Type',
      'ExecStartPre',
      'ExecStart',
      'Environment',
      'LoadCredential',
      'Restart',
      'RestartSec',
      'KillSignal',
      'KillMode',
      'TimeoutStopSec',
      'DynamicUser',
      'StateDirectory',
      'WorkingDirectory',
      'NoNewPrivileges',
      'ProtectSystem',
      'ProtectHome',
      'PrivateTmp',
      'PrivateDevices',
      'ProtectKernelTunables',
      'ProtectKernelModules',
      'ProtectControlGroups',
      'RestrictAddressFamilies',
      'RestrictNamespaces',
      'LockPersonality',
      'SystemCallArchitectures',
      'LimitNOFILE',
    ],
    Install: ['WantedBy'],
  } as const

  it('has settings systemd knows, in their sections, each once but for the environment', () => {
    expect(Object.keys(unit)).toEqual(Object.keys(known))
    for (const [section, names] of Object.entries(known)) {
      const keys = (unit[section] ?? []).map(([key]) => key)
      expect(names).toEqual(expect.arrayContaining(keys))
      const others = keys.filter((key) => key !== 'Environment')
      expect(new Set(others).size).toBe(others.length)
    }
  })

  it('starts the server with variables it knows, and waits until it has stopped', () => {
    const variables = settings('Service', 'Environment').map((pair) => pair.split('=') as [string, string])
    const config = configOf(Object.fromEntries(variables.filter(([name]) => name !== 'DUREQ_CONFIG_PATH')))
    expect(Number(settings('Service', 'TimeoutStopSec')[0]) * 1_000).toBeGreaterThan(stopWithinMs(config))
    const [start = ''] = settings('Service', 'ExecStart')
    expect(start).toMatch(/\/dist\/main\.js$/)
    expect(settings('Service', 'ExecStartPre')).toEqual([`${start} --check-config`])
    expect(config.sqlite.path.startsWith(`${settings('Service', 'WorkingDirectory')[0]}/`)).toBe(true)
  })
})

interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly data: Readonly<Record<string, string>>
  readonly stringData: Readonly<Record<string, string>>
  readonly spec: {
    readonly selector: { readonly matchLabels: object }
    readonly ports: readonly { readonly targetPort: string }[]
    readonly template: {
      readonly metadata: { readonly labels: object }
      readonly spec: {
        readonly terminationGracePeriodSeconds: number
        readonly volumes: readonly {
          readonly name: string
          readonly configMap?: { readonly name: string }
          readonly secret?: { readonly secretName: string }
        }[]
        readonly containers: readonly [Container]
      }
    }
  }
}

interface Container {
  readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[]
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[]
  readonly startupProbe: Probe
  readonly readinessProbe: Probe
  readonly livenessProbe: Probe
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string }
}

describe('the Kubernetes manifests', () => {
  const documents = blocks('yaml').flatMap((block) => [...parseAllDocuments(block)])
  const manifests = documents.map((document) => document.toJS() as Manifest)
  const ofKind = (kind: string): Manifest => {
    const found = manifests.find((manifest) => manifest.kind === kind)
    if (found === undefined) throw new Error(`there is no ${kind}`)
    return found
  }
  const pod = ofKind('Deployment').spec.template
  const [container] = pod.spec.containers

  /** What a pod is started with: its file, and the variables over it. */
  function podConfig(): Config {
    const dir = mkdtempSync(join(tmpdir(), 'dureq-pod-'))
    onTestFinished(() => rmSync(dir, { recursive: true }))
    for (const [name, content] of Object.entries({
      ...ofKind('ConfigMap').data,
      ...ofKind('Secret').stringData,
    }))
      writeFileSync(join(dir, name), content)
    const env = container.env.map(({ name, value }) => {
      const file = name === 'DUREQ_CONFIG_PATH' || name.endsWith('_FILE')
      return [name, file ? join(dir, value?.split('/').at(-1) ?? '') : (value ?? 'from the pod')]
    })
    return loadConfig({ env: Object.fromEntries(env) as NodeJS.ProcessEnv, cwd: dir }).config
  }

  it('are well formed, one of a kind', () => {
    for (const { errors, warnings } of documents) expect([...errors, ...warnings]).toEqual([])
    expect(manifests.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)).toEqual([
      'v1 ConfigMap',
      'v1 Secret',
      'apps/v1 Deployment',
      'policy/v1 PodDisruptionBudget',
      'v1 Service',
    ])
  })

  it('configure a node that others can reach, by its port', () => {
    const config = podConfig()
    expect(config).toMatchObject({ host: '0.0.0.0', nodeId: 'from the pod' })
    expect(container.ports).toEqual([{ name: 'http', containerPort: config.port }])
    expect(ofKind('Service').spec.ports[0]?.targetPort).toBe('http')
  })

  it('give a node the time it takes to stop', () => {
    expect(pod.spec.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(stopWithinMs(podConfig()))
  })

  it('ask for its health where it tells it', () => {
    expect(container.livenessProbe.httpGet).toEqual({ path: '/healthz', port: 'http' })
    expect(container.readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'http' })
    expect(container.startupProbe.httpGet).toEqual({ path: '/readyz', port: 'http' })
  })

  it('mount what they declare, where the variables look for it', () => {
    const { volumes } = pod.spec
    expect(container.volumeMounts.map(({ name }) => name)).toEqual(volumes.map(({ name }) => name))
    expect(volumes.map(({ configMap, secret }) => configMap?.name ?? secret?.secretName)).toEqual([
      ofKind('ConfigMap').metadata.name,
      ofKind('Secret').metadata.name,
    ])
    const keys = [Object.keys(ofKind('ConfigMap').data), Object.keys(ofKind('Secret').stringData)]
    const files = container.volumeMounts.flatMap(({ mountPath }, i) =>
      (keys[i] ?? []).map((key) => `${mountPath}/${key}`),
    )
    const paths = container.env.flatMap(({ value }) => (value?.startsWith('/') === true ? [value] : []))
    expect(files).toEqual(paths)
  })

  it('select the pods they make', () => {
    const { labels } = pod.metadata
    expect(ofKind('Deployment').spec.selector.matchLabels).toEqual(labels)
    expect(ofKind('PodDisruptionBudget').spec.selector.matchLabels).toEqual(labels)
    expect(ofKind('Service').spec.selector).toEqual(labels)
  })
})

describe('what is to be watched', () => {
  it('is measured', async () => {
    const store = createSqliteStore({ path: ':memory:' })
    const { registry } = createMetrics({ store })
    const measured = registry.getMetricsAsArray().map(({ name }) => name)
    await store.close()
    const named = [...text.matchAll(/\b(?:dureq|nodejs)_[a-z0-9_]+/g)].map(([name]) =>
      name.replace(/_bucket$/, ''),
    )
    expect(new Set(named).size).toBeGreaterThan(8)
    for (const name of named) expect(measured).toContain(name)
  })

  it('has routes that exist', async () => {
    const { paths } = await readApiDocument()
    const named = [...text.matchAll(/`GET (\/api\/[^`]*)`/g)].map(([, path]) => path)
    expect(named.length).toBeGreaterThan(0)
    for (const path of named) expect(Object.keys(paths)).toContain(path)
  })
})
