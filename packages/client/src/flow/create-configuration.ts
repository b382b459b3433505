import { checkHandlerName, Faults } from '@dureq/types'
import type { ClientCore } from '../core.ts'
import { createChangeSettings, namedBelow, withEntry } from './change-settings.ts'
import type { Configuration } from './configuration.ts'
import { checkGiven, unlessEmpty } from './create-flow-control.ts'

/** The part of a client that configures nodes. */
export function createConfiguration(core: ClientCore): Configuration {
  const change = createChangeSettings(core)
  return {
    updateSettings: change,
    async configureHandler(name, setting) {
      const faults = new Faults()
      checkHandlerName(name, 'name', faults)
      faults.throwIfAny()
      checkGiven(setting, 'setting')
      const changing = change((settings) => ({
        ...settings,
        handlers: withEntry(settings.handlers, name, unlessEmpty(setting)),
      }))
      await namedBelow(`handlers.${name}`, changing)
    },
    async configureNodes(setting) {
      checkGiven(setting, 'setting')
      await namedBelow(
        'nodes',
        change((settings) => ({ ...settings, nodes: setting ?? {} })),
      )
    },
    async configureScheduler(setting) {
      checkGiven(setting, 'setting')
      await namedBelow(
        'scheduler',
        change((settings) => ({ ...settings, scheduler: setting ?? {} })),
      )
    },
    async setRetention(retention) {
      await namedBelow(
        'retention',
        change((settings) => ({ ...settings, retention })),
      )
    },
    async setUnservedMs(unservedMs) {
      await change((settings) => {
        const { unservedMs: _, ...others } = settings
        return unservedMs === undefined ? others : { ...others, unservedMs }
      })
    },
  }
}
