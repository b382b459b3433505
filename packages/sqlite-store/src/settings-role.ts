import type { SettingsRole } from '@dureq/types'
import type { Core } from './core.ts'
import { nextInstant } from './next-instant.ts'
import { readSettings, writeSettings } from './settings-table.ts'
import { callOnce } from './single-call.ts'

/** Keeps what all nodes and clients agree on. */
export function createSettingsRole(core: Core): SettingsRole {
  return {
    get: () => core.read(readSettings),
    put: (call, version, settings) =>
      callOnce(core, call, (step) => {
        const { numbers, news, db, recall } = step
        if (numbers.settingsVersion !== version) return 'conflict'
        numbers.settingsVersion = version + 1
        writeSettings(db, { version: version + 1, settings })
        news.settings = true
        recall.quietUntil = 0
        // What has ended may now be removed earlier than anybody was told.
        news.dueAt = nextInstant(db, settings.retention).visible ?? news.dueAt
        return 'saved'
      }),
  }
}
