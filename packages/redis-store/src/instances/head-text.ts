import type { InstanceHead, InstanceKind, WorkflowStatus } from '@dureq/types'
import type { NameOf } from '../names.ts'

/** What a script replies of one instance. */
export interface HeadTexts {
  /** As `i:<id>` holds it; see docs/redis-layout.md. */
  readonly head: string
  readonly input: string | null
  readonly output: string | null
  /** When the newest message of its mailbox came; empty when it is empty. */
  readonly newest: string
}

const FIELDS = 17

/** The number its name stands under. */
export function nameNumberOf(head: string): string {
  return head.split('\n', 2)[1] as string
}

/** Reads a head. */
export function parseHead(
  id: string,
  { head, input, output, newest }: HeadTexts,
  nameOf: NameOf,
): InstanceHead {
  const lines = head.split('\n')
  const [kind, name = '', status, version, definitionHash = '', created, updated, completed] = lines
  const [parent, parentTask = '', , continuedFrom, continuedTo, error] = lines.slice(8)
  return {
    id,
    kind: kind as InstanceKind,
    name: nameOf(name),
    status: status as WorkflowStatus,
    version: Number(version),
    definitionHash,
    state: lines.slice(FIELDS).join('\n'),
    ...(input === null ? {} : { input }),
    ...(parent ? { parent: { id: parent, task: JSON.parse(parentTask) as string } } : {}),
    ...(continuedFrom ? { continuedFrom } : {}),
    ...(continuedTo ? { continuedTo } : {}),
    ...(output === null ? {} : { output }),
    ...(error ? { error: JSON.parse(error) as string } : {}),
    createdAt: Number(created),
    updatedAt: Math.max(Number(updated), Number(newest)),
    ...(completed ? { completedAt: Number(completed) } : {}),
  }
}

/** The topmost instance above a head; undefined for one at the top. */
export function rootOfHead(head: string): string | undefined {
  return head.split('\n', 11)[10] || undefined
}
