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
  [6, ['tiers', 'key_lines', 'concurrency_keys', 'flow_limits', 'unserved']],
  [7, ['tags', 'finished_runs', 'quiet_ends', 'tallies', 'memos', 'audit']],
  [8, ['instance_audit']],
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

/** What the sixth version has changed in the tables of those before. */
const undoFlow = `
  ALTER TABLE numbers ADD COLUMN credit_high INTEGER NOT NULL DEFAULT 10;
  ALTER TABLE numbers ADD COLUMN credit_normal INTEGER NOT NULL DEFAULT 5;
  ALTER TABLE numbers ADD COLUMN credit_low INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE numbers DROP COLUMN credits;
  ALTER TABLE numbers DROP COLUMN handlers;
  ALTER TABLE numbers DROP COLUMN unserved;
  DROP INDEX firings_in_line;
  ALTER TABLE firings DROP COLUMN first_key;
  CREATE INDEX firings_in_line ON firings (tier, type, version, pos) WHERE tier IS NOT NULL;
  ALTER TABLE lines DROP COLUMN keyed;
  ALTER TABLE lines DROP COLUMN open;
`

/** Makes a file one of an older release, without what was added since. */
export function takeBack(path: string, version: number): void {
  const db = openConnection(path, 'process')
  for (const [since, tables] of added) {
    if (since > version) for (const table of tables) db.exec(`DROP TABLE ${table}`)
  }
  if (version < 6) db.exec(undoFlow)
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
