import type { SqlValue } from './connection.ts'

/** Rows that share some of their values. */
interface Group<Row> {
  readonly shared: readonly SqlValue[]
  readonly rows: Row[]
}

/** Rows by the values they share, so that these are handed to the database once a batch. */
export class Groups<Row> implements Iterable<Group<Row>> {
  readonly #groups = new Map<string, Group<Row>>()
  /** The group of the row before: mostly the next one's too. */
  #last: Group<Row> | undefined

  add(shared: readonly SqlValue[], row: Row): void {
    if (this.#last === undefined || !areEqual(this.#last.shared, shared)) this.#last = this.#groupOf(shared)
    this.#last.rows.push(row)
  }

  [Symbol.iterator](): Iterator<Group<Row>> {
    return this.#groups.values()
  }

  #groupOf(shared: readonly SqlValue[]): Group<Row> {
    const key = JSON.stringify(shared)
    let group = this.#groups.get(key)
    if (group === undefined) {
      group = { shared, rows: [] }
      this.#groups.set(key, group)
    }
    return group
  }
}

function areEqual(a: readonly SqlValue[], b: readonly SqlValue[]): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
