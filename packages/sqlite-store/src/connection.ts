import Database from 'libsql'

/** What a column holds. Integers beyond 2^53 do not occur. */
export type SqlValue = string | number | null

/** One row, in the order of the columns asked for. */
export type SqlRow = readonly SqlValue[]

/** How safe a commit is: from the end of the process, or from the loss of power too. */
export type Durability = 'process' | 'power'

/** One connection to the database. All calls are synchronous; statements are prepared once. */
export interface Connection {
  /** All rows of a query. */
  all(sql: string, params?: readonly SqlValue[]): readonly SqlRow[]
  /** The first row of a query. */
  get(sql: string, params?: readonly SqlValue[]): SqlRow | undefined
  /** Carries out a change; answers with the number of rows it touched. */
  run(sql: string, params?: readonly SqlValue[]): number
  /** Carries out statements that need neither parameters nor preparing. */
  exec(sql: string): void
  /** Carries out `work` in one transaction that holds the write lock from its beginning; SQLITE_BUSY if another has it. */
  transact<T>(work: () => T): T
  /** Lets all that `look` reads be of one moment, whatever others commit meanwhile. */
  snapshot<T>(look: () => T): T
  /** Differs from what it was as soon as another connection has committed a change; own changes leave it alone. */
  dataVersion(): number
  close(): void
}

const none: readonly SqlValue[] = []

/** Opens a database; a file that does not exist is made, in WAL mode. */
export function openConnection(path: string, durability: Durability): Connection {
  const connection = new LibsqlConnection(new Database(path))
  // The log is copied back every 16 MB: often enough for its size, seldom enough to rewrite a page but once.
  connection.exec('PRAGMA wal_autocheckpoint = 4000')
  connection.exec('PRAGMA cache_size = -65536')
  connection.exec('PRAGMA temp_store = MEMORY')
  connection.exec(`PRAGMA synchronous = ${durability === 'power' ? 'FULL' : 'NORMAL'}`)
  return connection
}

class LibsqlConnection implements Connection {
  readonly #database: Database.Database
  readonly #queries = new Map<string, Database.Statement>()
  readonly #changes = new Map<string, Database.Statement>()

  constructor(database: Database.Database) {
    this.#database = database
  }

  all(sql: string, params: readonly SqlValue[] = none): readonly SqlRow[] {
    return this.#query(sql).all(params) as SqlRow[]
  }

  get(sql: string, params: readonly SqlValue[] = none): SqlRow | undefined {
    return this.#query(sql).get(params) as SqlRow | undefined
  }

  run(sql: string, params: readonly SqlValue[] = none): number {
    let statement = this.#changes.get(sql)
    if (statement === undefined) {
      statement = this.#database.prepare(sql)
      this.#changes.set(sql, statement)
    }
    return statement.run(params).changes
  }

  exec(sql: string): void {
    this.#database.exec(sql)
  }

  transact<T>(work: () => T): T {
    return this.#within('BEGIN IMMEDIATE', work)
  }

  snapshot<T>(look: () => T): T {
    return this.#within('BEGIN', look)
  }

  dataVersion(): number {
    return this.get('PRAGMA data_version')?.[0] as number
  }

  close(): void {
    this.#queries.clear()
    this.#changes.clear()
    this.#database.close()
  }

  #query(sql: string): Database.Statement {
    let statement = this.#queries.get(sql)
    if (statement === undefined) {
      statement = this.#database.prepare(sql).raw()
      this.#queries.set(sql, statement)
    }
    return statement
  }

  #within<T>(begin: string, work: () => T): T {
    this.run(begin)
    try {
      const result = work()
      this.run('COMMIT')
      return result
    } catch (error) {
      this.#rollback()
      throw error
    }
  }

  #rollback(): void {
    // A commit that failed may have ended the transaction itself.
    if (this.#database.inTransaction) this.#database.exec('ROLLBACK')
  }
}
