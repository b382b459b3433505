import { type Clock, Faults } from '@dureq/types'
import { checkOrigins } from './origins.ts'
import { type AccessToken, checkTokens, hashToken, isToken, TOKEN_RULE } from './token.ts'

/** Who may use the API, and from where. */
export interface AccessOptions {
  /**
   * The tokens one of which every request must carry, as a bearer token. Default: none; then whoever `loopbackOnly` lets
   * in may do everything.
   */
  readonly tokens?: readonly AccessToken[] | undefined
  /** The one token of an operator, in place of `tokens`. */
  readonly apiToken?: string | undefined
  /**
   * Only requests are served that come from this machine and call it so (`localhost`, `127.0.0.1`, `[::1]`), so that no web
   * page can reach the API by a name of its own that leads here. Default: true without tokens, false with some. Without
   * tokens only an application that lets nobody through itself says false.
   */
  readonly loopbackOnly?: boolean | undefined
  /**
   * Origins whose pages may use the API besides its own, as `https://example.com`; `*`, which needs tokens, is all. Default:
   * none, and no header of CORS is sent.
   */
  readonly origins?: readonly string[] | undefined
  /** Refusals an address has in a minute before it is told to wait. Default: 20. */
  readonly failuresPerMinute?: number | undefined
  /** What time it is. Default: the system's. */
  readonly clock?: Clock | undefined
}

/** Options that have been checked, with what holds where nothing is said. */
export interface CheckedAccess {
  readonly tokens: readonly AccessToken[]
  readonly loopbackOnly: boolean
  readonly origins: readonly string[]
  readonly failuresPerMinute: number
}

const DEFAULT_FAILURES = 20

/** @throws ValidationError naming every option that is wrong. */
export function checkAccess(options: AccessOptions): CheckedAccess {
  const { apiToken, origins = [], failuresPerMinute = DEFAULT_FAILURES } = options
  const faults = new Faults()
  const tokens = readTokens(options, faults)
  const hasTokens = tokens.length > 0 || apiToken !== undefined
  checkOrigins(origins, hasTokens, faults)
  if (!Number.isInteger(failuresPerMinute) || failuresPerMinute < 1)
    faults.add('failuresPerMinute', 'must be a whole number of at least 1')
  faults.throwIfAny()
  return { tokens, loopbackOnly: options.loopbackOnly ?? !hasTokens, origins, failuresPerMinute }
}

function readTokens({ tokens = [], apiToken }: AccessOptions, faults: Faults): readonly AccessToken[] {
  checkTokens(tokens, 'tokens', faults)
  if (apiToken === undefined) return tokens
  if (tokens.length > 0) faults.add('apiToken', 'cannot be given with tokens')
  if (isToken(apiToken)) return [{ name: 'operator', role: 'operator', sha256: hashToken(apiToken) }]
  faults.add('apiToken', TOKEN_RULE)
  return []
}
