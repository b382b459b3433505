import type { InstanceHead, JsonText } from '@dureq/types'
import { listSql, selectList } from './batch.ts'
import type { Connection } from './connection.ts'
import { textKind } from './instance-codes.ts'
import { instanceColumns, instanceOf, visibleInstances } from './instance-row.ts'
import type { StoredInstance } from './stored-instance.ts'

const byIdSql = listSql((list) => `SELECT ${instanceColumns} FROM ${visibleInstances} WHERE i.id IN ${list}`)

/** The heads with these ids, in order: `InstancesRole.get`. */
export function readInstances(db: Connection, ids: readonly string[]): readonly (InstanceHead | undefined)[] {
  const stored = selectList(db, byIdSql, ids).map(instanceOf)
  const found = new Map(headsOf(db, stored).map((head) => [head.id, head]))
  return ids.map((id) => found.get(id))
}

const bySeqSql = listSql(
  (list) => `SELECT ${instanceColumns} FROM ${visibleInstances} WHERE i.seq IN ${list}`,
)

/** The heads with these numbers that are there for somebody, newest first. */
export function readHeadsBySeq(db: Connection, seqs: readonly number[]): readonly InstanceHead[] {
  const stored = selectList(db, bySeqSql, seqs).map(instanceOf)
  return headsOf(
    db,
    stored.toSorted((a, b) => b.seq - a.seq),
  )
}

const textsSql = listSql(
  (list) => `SELECT instance, what, text FROM instance_texts WHERE instance IN ${list}`,
)

/** The heads of instances whose rows are up to date, in order. */
export function headsOf(db: Connection, instances: readonly StoredInstance[]): readonly InstanceHead[] {
  const inputs = new Map<number, JsonText>()
  const outputs = new Map<number, JsonText>()
  const seqs = instances.map(({ seq }) => seq)
  for (const [instance, what, text] of selectList(db, textsSql, seqs)) {
    const texts = what === textKind.input ? inputs : outputs
    texts.set(instance as number, text as JsonText)
  }
  return instances.map((stored) => headOf(stored, inputs.get(stored.seq), outputs.get(stored.seq)))
}

function headOf(
  stored: StoredInstance,
  input: JsonText | undefined,
  output: JsonText | undefined,
): InstanceHead {
  const { id, kind, name, status, version, definitionHash, state, createdAt, updatedAt } = stored
  const { parent, continuedFrom, continuedTo, error, completedAt, size, isOpen } = stored
  return {
    id,
    kind,
    name,
    status,
    version,
    ...(definitionHash !== undefined && { definitionHash }),
    size,
    ...(isOpen && { open: true as const }),
    state,
    ...(input !== undefined && { input }),
    ...(parent !== undefined && { parent }),
    ...(continuedFrom !== undefined && { continuedFrom }),
    ...(continuedTo !== undefined && { continuedTo }),
    ...(output !== undefined && { output }),
    ...(error !== undefined && { error }),
    createdAt,
    updatedAt,
    ...(completedAt !== undefined && { completedAt }),
  }
}

const definitionsSql = listSql((list) => `SELECT hash, text FROM definitions WHERE hash IN ${list}`)

/** The definitions of these hashes, in order: `MailboxesRole.definitions`. */
export function readDefinitions(
  db: Connection,
  hashes: readonly string[],
): readonly (JsonText | undefined)[] {
  const found = new Map(
    selectList(db, definitionsSql, hashes).map(([hash, text]) => [hash, text as JsonText]),
  )
  return hashes.map((hash) => found.get(hash))
}
