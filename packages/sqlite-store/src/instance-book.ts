import type { InstanceDefinition, InstanceMessage, WorkflowStatus } from '@dureq/types'
import { batchSql, listSql, runBatch, selectList } from './batch.ts'
import type { Connection, SqlValue } from './connection.ts'
import { createDefinitionUses, type DefinitionUses } from './definition-uses.ts'
import type { textKind } from './instance-codes.ts'
import { createInstanceCounts, type InstanceCountChanges } from './instance-counts.ts'
import { instanceColumns, instanceOf, saveInstances } from './instance-row.ts'
import { insertMail, type NewMail } from './mail-rows.ts'
import { createPartWrites, type PartWrites } from './part-writes.ts'
import type { Step } from './step.ts'
import { hasMail, type StoredInstance } from './stored-instance.ts'

/** How a member ended, and whose it is. */
export interface MemberEnd {
  readonly instanceId: string
  readonly message: Extract<InstanceMessage, { readonly kind: 'jobEnded' }>
  readonly outputOf: number | null
}

/** The instances one step works with. Each is loaded once and written once. */
export interface InstanceBook {
  readonly parts: PartWrites
  /** The instances with these ids that are there for somebody, in order. */
  byIds(step: Step, ids: readonly string[]): readonly (StoredInstance | undefined)[]
  /** The instances a query finds, whose columns begin with `instanceColumns`, as the step knows them. */
  find(step: Step, sql: string, params: readonly SqlValue[]): readonly StoredInstance[]
  /** The instance with this number, removed or not. */
  bySeq(step: Step, seq: number): StoredInstance | undefined
  /** Whether there is an instance of this id, removed or not. */
  isTaken(id: string): boolean
  add(stored: StoredInstance, definition?: InstanceDefinition): void
  /** Notes that something of an instance has changed. */
  changed(stored: StoredInstance): void
  /** Lets it take on another status. */
  setStatus(stored: StoredInstance, status: WorkflowStatus): void
  /** Stores one of its texts, in place of the one it has. */
  setText(stored: StoredInstance, what: (typeof textKind)[keyof typeof textKind], text: string): void
  /** Puts a message at the end of a mailbox. */
  post(step: Step, stored: StoredInstance, message: InstanceMessage, outputOf?: number | null): void
  /** Nobody has received its mail any more: it can be received, if there is any. */
  release(step: Step, stored: StoredInstance): void
  /** A job is stored that is a member of it. */
  addMember(stored: StoredInstance, job: number): void
  /** A member has ended: told to its instance when that is next looked at, at the latest when the step ends. */
  memberEnded(end: MemberEnd): void
  /** Takes a removed instance out, of which nothing else is left. */
  remove(stored: StoredInstance): void
  /** Writes what has changed, so that queries find it. */
  flush(step: Step): void
}

const byIdSql = listSql((list) => `SELECT ${instanceColumns} FROM instances i WHERE i.id IN ${list}`)
const bySeqSql = `SELECT ${instanceColumns} FROM instances i WHERE i.seq = ?`

const insertTextSql = batchSql({
  width: 3,
  sql: (rows) => `INSERT OR REPLACE INTO instance_texts (instance, what, text) VALUES ${rows}`,
})

const insertMembersSql = batchSql({
  width: 2,
  sql: (rows) => `INSERT INTO members (instance, job) VALUES ${rows}`,
})

/** A book nothing was read into yet. What a member ends is passed on to `onEnd`. */
export function createInstanceBook(db: Connection, onEnd: OnMemberEnd): InstanceBook {
  return new Book(db, onEnd)
}

/** What the end of a member means for its instance. */
export type OnMemberEnd = (step: Step, stored: StoredInstance, end: MemberEnd) => void

class Book implements InstanceBook {
  readonly parts: PartWrites
  readonly #db: Connection
  readonly #onEnd: OnMemberEnd
  readonly #byId = new Map<string, StoredInstance>()
  readonly #bySeq = new Map<number, StoredInstance>()
  readonly #changed = new Set<StoredInstance>()
  readonly #counts: InstanceCountChanges
  readonly #uses: DefinitionUses
  #mail: NewMail[] = []
  #texts: SqlValue[] = []
  #members: SqlValue[] = []
  #ends: MemberEnd[] = []

  constructor(db: Connection, onEnd: OnMemberEnd) {
    this.parts = createPartWrites(db)
    this.#db = db
    this.#onEnd = onEnd
    this.#counts = createInstanceCounts(db)
    this.#uses = createDefinitionUses(db)
  }

  byIds(step: Step, ids: readonly string[]): readonly (StoredInstance | undefined)[] {
    this.#tellEnds(step)
    this.#load(ids)
    return ids.map((id) => {
      const stored = this.#byId.get(id)
      return stored === undefined || this.#isHidden(stored) ? undefined : stored
    })
  }

  find(step: Step, sql: string, params: readonly SqlValue[]): readonly StoredInstance[] {
    this.flush(step)
    return this.#db.all(sql, params).map((row) => this.#meet(instanceOf(row)))
  }

  bySeq(step: Step, seq: number): StoredInstance | undefined {
    this.#tellEnds(step)
    return this.#known(seq)
  }

  isTaken(id: string): boolean {
    if (this.#byId.has(id)) return true
    return this.#db.get('SELECT 1 FROM instances WHERE id = ?', [id]) !== undefined
  }

  add(stored: StoredInstance, definition?: InstanceDefinition): void {
    this.#meet(stored)
    this.#changed.add(stored)
    this.#counts.add(stored, 1)
    if (definition !== undefined) this.#uses.take(definition)
  }

  changed(stored: StoredInstance): void {
    this.#changed.add(stored)
  }

  setStatus(stored: StoredInstance, status: WorkflowStatus): void {
    if (stored.status === status) return
    this.#counts.add(stored, -1)
    stored.status = status
    this.#counts.add(stored, 1)
    this.changed(stored)
  }

  setText(stored: StoredInstance, what: (typeof textKind)[keyof typeof textKind], text: string): void {
    this.#texts.push(stored.seq, what, text)
  }

  post(step: Step, stored: StoredInstance, message: InstanceMessage, outputOf: number | null = null): void {
    const { seq: instance, mailTo: n } = stored
    this.#mail.push({ instance, n, at: step.now, message, outputOf })
    stored.mailTo++
    stored.updatedAt = step.now
    if (stored.lease === undefined && stored.ready === null) this.#makeReady(step, stored)
    this.changed(stored)
  }

  release(step: Step, stored: StoredInstance): void {
    stored.lease = undefined
    if (!hasMail(stored)) stored.ready = null
    else if (stored.ready === null) this.#makeReady(step, stored)
    this.changed(stored)
  }

  addMember(stored: StoredInstance, job: number): void {
    this.#members.push(stored.seq, job)
    stored.openJobs++
    this.changed(stored)
  }

  memberEnded(end: MemberEnd): void {
    this.#ends.push(end)
  }

  remove(stored: StoredInstance): void {
    this.#byId.delete(stored.id)
    this.#bySeq.delete(stored.seq)
    this.#changed.delete(stored)
    this.#counts.add(stored, -1)
    if (stored.definitionHash !== undefined) this.#uses.drop(stored.definitionHash)
  }

  flush(step: Step): void {
    this.#tellEnds(step)
    if (this.#changed.size > 0) saveInstances(this.#db, this.#changed)
    if (this.#mail.length > 0) insertMail(this.#db, this.#mail)
    if (this.#texts.length > 0) runBatch(this.#db, insertTextSql, this.#texts)
    if (this.#members.length > 0) runBatch(this.#db, insertMembersSql, this.#members)
    this.#changed.clear()
    this.#mail = []
    this.#texts = []
    this.#members = []
    this.parts.flush()
    this.#counts.flush()
    this.#uses.flush()
  }

  #makeReady(step: Step, stored: StoredInstance): void {
    stored.ready = ++step.numbers.ticket
    step.news.mail.set(stored.queue, (step.news.mail.get(stored.queue) ?? 0) + 1)
  }

  /** Tells the instances of all members that have ended meanwhile. */
  #tellEnds(step: Step): void {
    while (this.#ends.length > 0) {
      const ends = this.#ends
      this.#ends = []
      this.#load(ends.map(({ instanceId }) => instanceId))
      for (const end of ends) {
        const stored = this.#byId.get(end.instanceId)
        if (stored !== undefined) this.#onEnd(step, stored, end)
      }
    }
  }

  #load(ids: readonly string[]): void {
    const unknown = [...new Set(ids)].filter((id) => !this.#byId.has(id))
    for (const row of selectList(this.#db, byIdSql, unknown)) this.#meet(instanceOf(row))
  }

  #known(seq: number): StoredInstance | undefined {
    const known = this.#bySeq.get(seq)
    if (known !== undefined) return known
    const row = this.#db.get(bySeqSql, [seq])
    return row && this.#meet(instanceOf(row))
  }

  #isHidden(stored: StoredInstance): boolean {
    return this.#known(stored.root)?.isRemoved ?? true
  }

  #meet(read: StoredInstance): StoredInstance {
    const known = this.#bySeq.get(read.seq)
    if (known !== undefined) return known
    this.#byId.set(read.id, read)
    this.#bySeq.set(read.seq, read)
    return read
  }
}
