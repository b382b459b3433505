import { defaultSettings, type Settings, type VersionedSettings } from '@dureq/types'
import type { Connection } from './connection.ts'

/** The settings in force; the defaults, at version 0, while nothing was ever put. */
export function readSettings(db: Connection): VersionedSettings {
  const row = db.get('SELECT version, body FROM settings')
  if (row === undefined) return { version: 0, settings: defaultSettings }
  const stored = JSON.parse(row[1] as string) as Partial<Settings>
  // Settings of an older release do not have all there is.
  return { version: row[0] as number, settings: { ...defaultSettings, ...stored } }
}

/** Replaces the settings. */
export function writeSettings(db: Connection, { version, settings }: VersionedSettings): void {
  db.run('DELETE FROM settings')
  db.run('INSERT INTO settings (version, body) VALUES (?, ?)', [version, JSON.stringify(settings)])
}
