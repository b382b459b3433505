import { DAY_MS, type Options, text } from '../option.ts'

/** Where the embedded store is; used when no Redis is given. */
export interface SqliteConfig {
  readonly path: string
  readonly durability: 'process' | 'power'
  readonly commandTimeoutMs: number
}

/** The options of the group `sqlite`. */
export const sqliteOptions: Options<SqliteConfig> = {
  path: {
    ...text,
    default: './dureq.db',
    description:
      'File of the embedded store, relative to the working directory; used when no Redis is given. `:memory:` keeps nothing',
  },
  durability: {
    type: 'string',
    enum: ['process', 'power'],
    default: 'process',
    description: '`power` survives a power cut at the price of a disk flush per call',
  },
  commandTimeoutMs: {
    type: 'integer',
    minimum: 1,
    maximum: DAY_MS,
    default: 5_000,
    description: 'Time a call waits for a file others hold before it fails',
  },
}
