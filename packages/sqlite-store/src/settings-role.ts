import type { Settings, SettingsRole } from '@dureq/types'
import type { Core } from './core.ts'
import { createFlowRules } from './flow-rules.ts'
import { standingIn } from './line-group.ts'
import { nextInstant } from './next-instant.ts'
import { readSettings, writeSettings } from './settings-table.ts'
import { callOnce } from './single-call.ts'
import type { Step } from './step.ts'
import { keepTiers, readTiers } from './tiers.ts'
import { foreseeUnserved } from './unserved.ts'

/** Keeps what all nodes and clients agree on. */
export function createSettingsRole(core: Core): SettingsRole {
  return {
    get: () => core.read(readSettings),
    put: (call, version, settings) =>
      callOnce(core, call, (step) => {
        const { numbers, news, db, recall, pace } = step
        if (numbers.settingsVersion !== version) return 'conflict'
        numbers.settingsVersion = version + 1
        writeSettings(db, { version: version + 1, settings })
        news.settings = true
        recall.quietUntil = 0
        changeFlow(step, settings)
        // What has ended may now be removed earlier than anybody was told.
        news.dueAt = nextInstant(db, settings.retention, pace.until).visible ?? news.dueAt
        return 'saved'
      }),
  }
}

/** Lets work flow by new settings from here on, and tells who can run what waited for them. */
function changeFlow(step: Step, settings: Settings): void {
  const { settings: before, firings, recall, lines } = step
  // What waits and what runs is counted in the tables.
  firings.flush()
  const inUse = lines.inTurn().filter((group) => standingIn(group) > 0)
  keepTiers(step.db, {
    names: settings.tiers.map(({ name }) => name),
    inUse: inUse.map(({ tier }) => tier),
  })
  step.adopt({ settings, rules: createFlowRules(settings, readTiers(step.db)) })
  recall.limits.reset(step.rules)
  for (const key of changedKeys(before.keys, settings.keys)) recall.keys.recheck(key)
  if (before.unservedMs !== settings.unservedMs) foreseeUnserved(step)
  if (!haveChanged([before.tiers, before.taskTypes], [settings.tiers, settings.taskTypes])) return
  for (const group of lines.inTurn()) if (standingIn(group) > 0) lines.touch(group, standingIn(group))
}

function changedKeys(before: Settings['keys'], after: Settings['keys']): readonly string[] {
  const [old, present] = [new Map(Object.entries(before)), new Map(Object.entries(after))]
  return [...new Set([...old.keys(), ...present.keys()])].filter((key) =>
    haveChanged([old.get(key)], [present.get(key)]),
  )
}

function haveChanged(before: readonly unknown[], after: readonly unknown[]): boolean {
  return JSON.stringify(before) !== JSON.stringify(after)
}
