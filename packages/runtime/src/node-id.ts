import { hostname } from 'node:os'
import type { Random } from '@dureq/types'

/** `<host name>-<16 hex digits>`: another one with every start, with `-` for what reads badly in keys and addresses. */
export function createNodeId(random: Random, host: string = hostname()): string {
  const digits = Array.from({ length: 16 }, () => Math.floor(random() * 16).toString(16)).join('')
  return `${host.replace(/[.>*/\\\s]/g, '-').slice(0, 180)}-${digits}`
}
