import type { Random } from '@dureq/types'

/** The process's own source of chance; good enough for ids and jitter, not for secrets. */
export const systemRandom: Random = Math.random
