import {
  checkInteger,
  checkName,
  checkTaskType,
  Faults,
  isPlainObject,
  MAX_THROTTLE_MS,
  type NameKind,
  type Settings,
  type TaskTypeSetting,
  ValidationError,
} from '@dureq/types'
import type { ClientCore } from '../core.ts'
import { type ChangeSettings, createChangeSettings, namedBelow, withEntry } from './change-settings.ts'
import type { FlowControl } from './flow-control.ts'

/** The part of a client that controls how work flows. */
export function createFlowControl(core: ClientCore): FlowControl {
  const { store, caller } = core
  const change = createChangeSettings(core)
  return {
    ...ofTiers(change),
    ...ofTaskTypes(change),
    queues: () => store.inspector.queues(),
    async getConcurrencyKey(key) {
      checkOne('concurrencyKey', key, 'key')
      return await store.inspector.key(key)
    },
    async setConcurrencyKey(key, setting) {
      checkOne('concurrencyKey', key, 'key')
      checkGiven(setting, 'setting')
      await namedBelow(
        `keys.${key}`,
        change((settings) => ({ ...settings, keys: withEntry(settings.keys, key, unlessEmpty(setting)) })),
      )
    },
    async rateLimitKey(key, forMs) {
      const faults = new Faults()
      checkName('concurrencyKey', key, 'key', faults)
      checkInteger(forMs, { min: 1, max: MAX_THROTTLE_MS }, 'forMs', faults)
      faults.throwIfAny()
      await caller.call((call) => store.runs.throttle(call, [{ key, forMs }]))
    },
  }
}

type OfTiers = Pick<FlowControl, 'pauseTier' | 'resumeTier' | 'setTiers'>

function ofTiers(change: ChangeSettings): OfTiers {
  const setPaused = async (tier: string, isPaused: boolean): Promise<void> => {
    checkOne('tier', tier, 'tier')
    await change((settings) => withTierPaused(settings, tier, isPaused))
  }
  return {
    pauseTier: (tier) => setPaused(tier, true),
    resumeTier: (tier) => setPaused(tier, false),
    async setTiers(tiers) {
      await change((settings) => ({ ...settings, tiers }))
    },
  }
}

function withTierPaused(settings: Settings, tier: string, isPaused: boolean): Settings {
  const names = settings.tiers.map(({ name }) => name)
  if (!names.includes(tier))
    throw new ValidationError([
      {
        field: 'tier',
        problem: `is unknown; there are ${names.map((name) => JSON.stringify(name)).join(', ')}`,
      },
    ])
  const tiers = settings.tiers.map((each) => {
    if (each.name !== tier) return each
    return isPaused ? { ...each, paused: true } : withoutPause(each)
  })
  return { ...settings, tiers }
}

type OfTaskTypes = Pick<FlowControl, 'pauseTaskType' | 'resumeTaskType' | 'setTaskTypeLimits'>

function ofTaskTypes(change: ChangeSettings): OfTaskTypes {
  const changeOne = async (
    taskType: string,
    make: (setting: TaskTypeSetting) => TaskTypeSetting,
  ): Promise<void> => {
    const faults = new Faults()
    checkTaskType(taskType, 'taskType', faults)
    faults.throwIfAny()
    const changing = change((settings) => {
      const now = Object.hasOwn(settings.taskTypes, taskType) ? settings.taskTypes[taskType] : undefined
      const setting = unlessEmpty(make(now ?? {}))
      return { ...settings, taskTypes: withEntry(settings.taskTypes, taskType, setting) }
    })
    await namedBelow(`taskTypes.${taskType}`, changing)
  }
  return {
    pauseTaskType: (taskType) => changeOne(taskType, (setting) => ({ ...setting, paused: true })),
    resumeTaskType: (taskType) => changeOne(taskType, withoutPause),
    async setTaskTypeLimits(taskType, limits) {
      checkGiven(limits, 'limits')
      if (limits !== undefined && 'paused' in limits)
        throw new ValidationError([{ field: 'paused', problem: 'is no limit: use pauseTaskType' }])
      await changeOne(taskType, ({ paused }) => ({ ...limits, ...(paused !== undefined && { paused }) }))
    },
  }
}

function withoutPause<Setting extends { readonly paused?: boolean }>(
  setting: Setting,
): Omit<Setting, 'paused'> {
  const { paused: _, ...others } = setting
  return others
}

/** What says nothing is not kept. */
export function unlessEmpty<Setting extends object>(setting: Setting | undefined): Setting | undefined {
  return setting === undefined || Object.keys(setting).length === 0 ? undefined : setting
}

/** @throws ValidationError unless it is absent or an object. */
export function checkGiven(value: unknown, field: string): void {
  if (value !== undefined && !isPlainObject(value))
    throw new ValidationError([{ field, problem: 'must be an object' }])
}

function checkOne(kind: NameKind, value: unknown, field: string): void {
  const faults = new Faults()
  checkName(kind, value, field, faults)
  faults.throwIfAny()
}
