import type { Standing, WaitReason } from './explanation.ts'
import type { KeyUsage, RateUsage, TaskTypeUsage, TierUsage } from './usage.ts'

/** Which limits keep a job that stands in a line from starting: what is full first, then what is too fast. */
export function limitReasons({ keys, tier, taskType, now }: Standing): readonly WaitReason[] {
  const reasons = [
    ...keys.map((key) => throttledReason(key, now)),
    ...keys.map(keyFullReason),
    typeFullReason(taskType),
    tierFullReason(tier),
    rateReason('tier', tier?.name, { rate: tier?.rate, now }),
    rateReason('taskType', taskType?.taskType, { rate: taskType?.rate, now }),
    ...keys.map(({ key, rate }) => rateReason('key', key, { rate, now })),
  ]
  return reasons.filter((reason) => reason !== undefined)
}

function throttledReason({ key, throttledUntil: until }: KeyUsage, now: number): WaitReason | undefined {
  return until !== undefined && until > now ? { kind: 'throttled', key, until } : undefined
}

/** Where nothing states a limit of a key, it is 1. */
function keyFullReason({ key, limit = 1, running, holders }: KeyUsage): WaitReason | undefined {
  return running < limit ? undefined : { kind: 'keyFull', key, limit, holders }
}

function typeFullReason(usage: TaskTypeUsage | undefined): WaitReason | undefined {
  if (usage?.maxRunning === undefined || usage.running < usage.maxRunning) return undefined
  return { kind: 'typeFull', taskType: usage.taskType, limit: usage.maxRunning, running: usage.running }
}

function tierFullReason(usage: TierUsage | undefined): WaitReason | undefined {
  const { name: tier, maxRunning: limit, running = 0 } = usage ?? {}
  if (tier === undefined || limit === undefined || running < limit) return undefined
  return { kind: 'tierFull', tier, limit, running }
}

function rateReason(
  of: 'tier' | 'taskType' | 'key',
  name: string | undefined,
  { rate, now }: { readonly rate: RateUsage | undefined; readonly now: number },
): WaitReason | undefined {
  if (name === undefined || rate?.until === undefined || rate.until <= now) return undefined
  return { kind: 'rateLimited', of, name, until: rate.until }
}
