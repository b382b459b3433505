import type { StoreServer } from '@dureq/types'

/** What one server says of itself, as the text of `INFO`. */
export interface ServerText {
  /** `host:port`. */
  readonly address: string
  readonly text: string
}

/** What a server says of itself, by section and name, both in lower case. */
export function parseServer({ address, text }: ServerText): StoreServer {
  const sections: Record<string, Record<string, string>> = {}
  let section: Record<string, string> = {}
  for (const line of text.split(/\r?\n/)) {
    const [, title] = /^# (.+)$/.exec(line) ?? []
    if (title !== undefined) sections[title.toLowerCase()] = section = {}
    const [, name, value] = /^([^#:][^:]*):(.*)$/.exec(line) ?? []
    if (name !== undefined) section[name.toLowerCase()] = value ?? ''
  }
  return { address, role: sections['replication']?.['role'] ?? 'unknown', sections }
}
