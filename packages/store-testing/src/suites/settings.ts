import { defaultSettings, type Settings } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract } from '../bench.ts'

/** Every field there is, with names no store may stumble over. */
const brief: Settings = {
  retention: {
    completedMs: 1_000,
    deadMs: 2_000,
    cancelledMs: 3_000,
    completedCount: 10,
    deadCount: 0,
    cancelledCount: 1_000_000,
    firings: { completed: 1, dead: 2, cancelled: 3 },
  },
  groups: [
    { key: '', group: '*', gracePeriodMs: 1, maxDelayMs: 2, maxSize: 3 },
    {
      key: 'mail:*\nsend/ü',
      group: 'mail:*',
      taskType: 'send/ü',
      gracePeriodMs: 4,
      maxDelayMs: 5,
      maxSize: 10_000,
    },
  ],
  tiers: [
    { name: 'rest', minPriority: 1, weight: 1 },
    {
      name: 'sofort: "é"',
      minPriority: 9,
      weight: 1_000,
      rateLimit: 4.5,
      rateBurst: 20,
      maxRunning: 30,
      paused: true,
    },
  ],
  taskTypes: {
    'send/ü': {
      paused: true,
      rateLimit: 12.25,
      rateBurst: 20,
      maxRunning: 40,
      maxDepth: 500,
      whenFull: 'drop-oldest',
    },
    valueOf: { paused: false, maxDepth: 6, whenFull: 'reject' as const },
  },
  keys: { '{acme}:api': { maxConcurrency: 9, rateLimit: 0.001, rateBurst: 1 }, 'ü "1"': {} },
  handlers: { 'send.*': { concurrency: 2, timeoutMs: 3_000, maxAttempts: 4 }, '*': {} },
  nodes: { maxConcurrency: 7 },
  scheduler: { maxBackfillPerTick: 8, tickIntervalMs: 0 },
  unservedMs: 60_000,
}

/** The `settings` role. What the settings mean is in `retention.ts`. */
export function settingsSuite(contract: Contract): void {
  describe('settings', () => {
    contract('while nothing was put, the version is 0 and the defaults apply', async (bench) => {
      expect(await bench.store.settings.get()).toStrictEqual({ version: 0, settings: defaultSettings })
    })

    contract('put replaces the settings under a higher version, seen by every handle', async (bench) => {
      expect(await bench.store.settings.put(bench.calls.next(), 0, brief)).toBe('saved')
      const stored = await bench.store.settings.get()
      expect(stored).toStrictEqual({ version: stored.version, settings: brief })
      expect(stored.version).toBeGreaterThan(0)
      expect(await (await bench.other()).settings.get()).toStrictEqual(stored)

      expect(await bench.store.settings.put(bench.calls.next(), stored.version, defaultSettings)).toBe(
        'saved',
      )
      const again = await bench.store.settings.get()
      expect(again.settings).toStrictEqual(defaultSettings)
      expect(again.version).toBeGreaterThan(stored.version)
    })

    contract(
      'put under another version than the present one is a conflict and changes nothing',
      async (bench) => {
        expect(await bench.store.settings.put(bench.calls.next(), 1, brief)).toBe('conflict')
        expect(await bench.store.settings.get()).toStrictEqual({ version: 0, settings: defaultSettings })
        await bench.store.settings.put(bench.calls.next(), 0, brief)
        const stored = await bench.store.settings.get()
        for (const version of [0, stored.version - 1, stored.version + 1]) {
          expect(await bench.store.settings.put(bench.calls.next(), version, defaultSettings)).toBe(
            'conflict',
          )
        }
        expect(await bench.store.settings.get()).toStrictEqual(stored)
      },
    )

    contract('of many that put at once, one is saved', async (bench) => {
      const other = await bench.other()
      const replies = await Promise.all(
        [1, 2, 3, 4, 5, 6].map((n) => {
          const settings = { ...brief, retention: { ...brief.retention, completedMs: n } }
          return (n % 2 === 0 ? other : bench.store).settings.put(bench.calls.lane(n).next(), 0, settings)
        }),
      )
      expect(replies.filter((reply) => reply === 'saved')).toHaveLength(1)
      const { settings } = await bench.store.settings.get()
      expect(settings.retention.completedMs).toBe(replies.indexOf('saved') + 1)
    })
  })
}
