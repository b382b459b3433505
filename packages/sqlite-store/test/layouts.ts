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

/** Makes a file one of an older release, without what was added since. */
export function takeBack(path: string, version: number): void {
  const db = openConnection(path, 'process')
  for (const [since, tables] of added) {
    if (since > version) for (const table of tables) db.exec(`DROP TABLE ${table}`)
  }
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
