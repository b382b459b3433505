import type { MailQueue, ParentLink } from '@dureq/types'
import { batchSql, runBatch } from './batch.ts'
import type { Connection, SqlRow, SqlValue } from './connection.ts'
import { instanceStatusCode, instanceStatusOf, kindCode, kindOf } from './instance-codes.ts'
import type { StoredInstance } from './stored-instance.ts'

const names = [
  'seq',
  'id',
  'root',
  'kind',
  'name',
  'status',
  'version',
  'state',
  'definition',
  'links',
  'request_id',
  'error',
  'created_at',
  'updated_at',
  'completed_at',
  'mail_from',
  'mail_to',
  'ready',
  'lease',
  'leased_until',
  'open_jobs',
  'signals',
  'due_class',
  'due_at',
  'size',
  'is_open',
  'collects',
  'queue',
] as const

/** The columns `instanceOf` reads, of `instances i`. */
export const instanceColumns: string = names.map((name) => `i.${name}`).join(', ')

/**
 * Joins the instance `r` whose removal hides `i`: what is there for somebody fits this. In this order, or `i` would now
 * and then be looked for through `r`.
 */
export const visibleInstances = 'instances i CROSS JOIN instances r ON r.seq = i.root AND r.kind >= 0'

/** What an instance belongs to and what it goes on as, as far as there is any. */
type Links = readonly [
  parent: readonly [id: string, task: string] | null,
  continuedFrom: string | null,
  continuedTo: string | null,
]

type InstanceRow = readonly [
  seq: number,
  id: string,
  root: number,
  kind: number,
  name: string,
  status: number,
  version: number,
  state: string,
  /** Empty for none. */
  definition: string,
  links: string | null,
  requestId: string | null,
  error: string | null,
  createdAt: number,
  updatedAt: number,
  completedAt: number | null,
  mailFrom: number,
  mailTo: number,
  ready: number | null,
  lease: string | null,
  leasedUntil: number | null,
  openJobs: number,
  signals: number,
  dueClass: number | null,
  dueAt: number | null,
  size: number,
  isOpen: 0 | 1,
  collects: string | null,
  queue: string,
]

/** The instance of a row that begins with `instanceColumns`. */
export function instanceOf(row: SqlRow): StoredInstance {
  const [seq, id, root, kind, name, status, version, state, definitionHash, links, ...rest] =
    row as unknown as InstanceRow
  const [requestId, error, createdAt, updatedAt, completedAt, mailFrom, mailTo, ready, ...last] = rest
  const [lease, leasedUntil, openJobs, signals, dueClass, dueAt, size, isOpen, collects, queue] = last
  return {
    seq,
    id,
    root,
    kind: kindOf(kind),
    name,
    definitionHash: definitionHash === '' ? undefined : definitionHash,
    requestId: requestId ?? undefined,
    ...readLinks(links),
    createdAt,
    status: instanceStatusOf(status),
    version,
    state,
    error: error ?? undefined,
    updatedAt,
    completedAt: completedAt ?? undefined,
    mailFrom,
    mailTo,
    ready,
    lease: lease === null || leasedUntil === null ? undefined : { by: lease, until: leasedUntil },
    openJobs,
    signals,
    due: dueClass === null || dueAt === null ? undefined : { class: dueClass, at: dueAt },
    isRemoved: kind < 0,
    size,
    isOpen: isOpen === 1,
    collects: collects ?? undefined,
    queue: queue as MailQueue,
  }
}

function readLinks(text: string | null): Pick<StoredInstance, 'parent' | 'continuedFrom' | 'continuedTo'> {
  if (text === null) return { parent: undefined, continuedFrom: undefined, continuedTo: undefined }
  const [parent, from, to] = JSON.parse(text) as Links
  const link: ParentLink | undefined = parent === null ? undefined : { id: parent[0], task: parent[1] }
  return { parent: link, continuedFrom: from ?? undefined, continuedTo: to ?? undefined }
}

function writeLinks({ parent, continuedFrom, continuedTo }: StoredInstance): string | null {
  if (parent === undefined && continuedFrom === undefined && continuedTo === undefined) return null
  const link = parent === undefined ? null : ([parent.id, parent.task] as const)
  return JSON.stringify([link, continuedFrom ?? null, continuedTo ?? null] satisfies Links)
}

/** What never changes of an instance, its removal apart. */
const fixed: readonly string[] = [
  'seq',
  'id',
  'root',
  'kind',
  'name',
  'definition',
  'request_id',
  'created_at',
]
const changing = names.filter((name) => !fixed.includes(name))

// A row that is there is written over, as those of firings are.
const saveSql = batchSql({
  width: names.length,
  sql: (rows) =>
    `INSERT INTO instances (${names.join(', ')}) VALUES ${rows}
      ON CONFLICT (seq) DO UPDATE SET ${changing.map((name) => `${name} = excluded.${name}`).join(', ')}`,
})

/** Writes the rows of instances. */
export function saveInstances(db: Connection, instances: Iterable<StoredInstance>): void {
  const values: SqlValue[] = []
  for (const instance of instances) values.push(...rowOf(instance))
  runBatch(db, saveSql, values)
}

function rowOf(instance: StoredInstance): InstanceRow {
  const { seq, id, root, kind, name, status, version, state, definitionHash, lease, due } = instance
  return [
    seq,
    id,
    root,
    kindCode(kind, instance.isRemoved),
    name,
    instanceStatusCode(status),
    version,
    state,
    definitionHash ?? '',
    writeLinks(instance),
    instance.requestId ?? null,
    instance.error ?? null,
    instance.createdAt,
    instance.updatedAt,
    instance.completedAt ?? null,
    instance.mailFrom,
    instance.mailTo,
    instance.ready,
    lease?.by ?? null,
    lease?.until ?? null,
    instance.openJobs,
    instance.signals,
    due?.class ?? null,
    due?.at ?? null,
    instance.size,
    instance.isOpen ? 1 : 0,
    instance.collects ?? null,
    instance.queue,
  ]
}
