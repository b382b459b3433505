import type { AccessToken, RedactionRule } from '@dureq/monitor'
import { type Options, text } from '../option.ts'

/** Who may use the API, and what it shows. */
export interface ApiConfig {
  readonly tokens: readonly AccessToken[]
  readonly origins: readonly string[]
  readonly failuresPerMinute: number
  readonly redact: readonly RedactionRule[]
  readonly trustProxies: readonly string[]
}

/** The options of the group `api`. */
export const apiOptions: Options<ApiConfig> = {
  tokens: {
    type: 'array',
    items: {
      type: 'object',
      required: ['name', 'role', 'sha256'],
      properties: {
        name: text,
        role: { type: 'string', enum: ['viewer', 'operator'] },
        sha256: { ...text, secret: true },
      },
      additionalProperties: false,
    },
    default: [],
    description:
      'Who may use the API, in place of `apiToken`: `[{ name, role, sha256 }]`; a `viewer` asks, an `operator` also orders, `--hash-token` makes the hash',
  },
  origins: {
    type: 'array',
    items: text,
    default: [],
    description:
      'Origins whose pages may use the API besides its own: `https://ops.example.com`; `*`, which needs a token, is all',
  },
  failuresPerMinute: {
    type: 'integer',
    minimum: 1,
    maximum: 1_000_000,
    default: 20,
    description: 'Refusals an address has in a minute before it is told to wait',
  },
  redact: {
    type: 'array',
    items: {
      type: 'object',
      required: ['path'],
      properties: { path: text, with: { type: 'string' } },
      additionalProperties: false,
    },
    default: [],
    description:
      'What of user data is shown neither by the API nor in log lines: `[{ path, with? }]`, JSONPaths as `$..password`, and what stands there instead (`***`)',
  },
  trustProxies: {
    type: 'array',
    items: text,
    default: [],
    description:
      'Proxies whose `x-forwarded-for` says where a request comes from: addresses, networks (`10.0.0.0/8`), `loopback`, `uniquelocal`',
  },
}
