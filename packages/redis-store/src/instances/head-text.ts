import type { InstanceHead, InstanceKind, WorkflowStatus } from '@dureq/types'
import type { NameOf } from '../names.ts'
import { unescaped } from './escaped.ts'

/** What a script replies of one instance. */
export interface HeadTexts {
  /** As `i:<id>` holds it; see docs/redis-layout.md. */
  readonly head: string
  readonly input: string | null
  readonly output: string | null
  /** When the newest message of its mailbox came; empty when it is empty. */
  readonly newest: string
}

const FIELDS = 19

/** The number its name stands under; empty for a group, whose name stands there itself. */
export function nameNumberOf(head: string): string {
  const [kind, name = ''] = head.split('\n', 2)
  return kind === 'group' ? '' : name
}

/** The hash its definition stands under. */
export function definitionHashOf(head: string): string {
  return head.split('\n', 5)[4] ?? ''
}

/** Reads a head. */
export function parseHead(
  id: string,
  { head, input, output, newest }: HeadTexts,
  nameOf: NameOf,
): InstanceHead {
  const lines = head.split('\n')
  const [kind, name = '', status, version, definitionHash = '', created, updated, completed] = lines
  const [parent, parentTask = '', , continuedFrom, continuedTo, error, flags = '', , , size] = lines.slice(8)
  const isGroup = kind === 'group'
  return {
    id,
    kind: kind as InstanceKind,
    name: isGroup ? unescaped(name) : nameOf(name),
    status: status as WorkflowStatus,
    version: Number(version),
    ...(isGroup ? {} : { definitionHash }),
    size: Number(size),
    ...(flags.includes('p') ? { open: true } : {}),
    state: lines.slice(FIELDS).join('\n'),
    ...inputOf(input, isGroup ? definitionHash : ''),
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

/** The input of a group is its task type, until a commit replaces it. */
function inputOf(input: string | null, taskType: string): Pick<InstanceHead, 'input'> {
  const text = input ?? taskType
  return text === '' ? {} : { input: text }
}

/** The topmost instance above a head; undefined for one at the top. */
export function rootOfHead(head: string): string | undefined {
  return head.split('\n', 11)[10] || undefined
}
