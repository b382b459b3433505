import { openConnection } from '../src/connection.ts'
import { openDatabase } from '../src/sqlite-store.ts'

/** The tables each version of the schema has added. */
const added: readonly (readonly [version: number, tables: readonly string[]])[] = [
  [3, ['schedules', 'recurring_firings', 'schedule_numbers']],
  [
    4,
    [
      'instances',
      'instance_texts',
      'instance_counts',
      'instance_requests',
      'definitions',
      'definition_uses',
      'members',
      'parts',
      'marks',
      'mark_counts',
      'mail',
      'timers',
      'signals',
      'signal_keys',
    ],
  ],
]

/** What the fifth version has changed in the tables of those before. */
const undoBatches = `
  DROP INDEX instances_ready;
  DROP INDEX instances_collecting;
  ALTER TABLE instances DROP COLUMN size;
  ALTER TABLE instances DROP COLUMN is_open;
  ALTER TABLE instances DROP COLUMN collects;
  ALTER TABLE instances DROP COLUMN queue;
  CREATE INDEX instances_ready ON instances (kind, ready) WHERE ready IS NOT NULL;
  ALTER TABLE jobs DROP COLUMN item;
`

/** Makes a file one of an older release, without what was added since. */
export function takeBack(path: string, version: number): void {
  const db = openConnection(path, 'process')
  for (const [since, tables] of added) {
    if (since > version) for (const table of tables) db.exec(`DROP TABLE ${table}`)
  }
  if (version < 5) db.exec(version < 4 ? 'ALTER TABLE jobs DROP COLUMN item' : undoBatches)
  db.exec(`PRAGMA user_version = ${version}`)
  db.close()
}

/** The version of the schema a file has once it was opened. */
export function layoutOf(path: string): number {
  const db = openDatabase({ path })
  const version = db.get('PRAGMA user_version')?.[0] as number
  db.close()
  return version
}
