import { readConcurrencyKeys } from '../concurrency-key.ts'
import type { Duration } from '../duration.ts'
import type { Faults } from '../faults.ts'
import { type JsonValue, toJsonText } from '../json.ts'
import type { SizeLimits } from '../limits.ts'
import { checkName, checkTaskType } from '../names.ts'
import { checkInteger } from '../numbers.ts'
import { checkKnown, isPlainObject, readDuration } from '../option-checks.ts'
import { present } from '../present.ts'
import { checkPriority, type Priority } from '../priority.ts'
import { readRetryPolicy } from '../retry-policy.ts'
import { type BatchFailurePolicy, type BatchPlan, batchFailurePolicies } from './batch.ts'

type Value = Readonly<Record<string, unknown>>

const members = [
  'name',
  'onetimeTaskType',
  'onetimePayload',
  'itemTaskType',
  'items',
  'failurePolicy',
  'chunkSize',
  'itemRetryPolicy',
  'itemConcurrencyKeys',
  'executionTimeout',
  'retryPolicy',
  'defaultPriority',
]

/** Most items a batch may have in flight at once. */
const MAX_CHUNK_SIZE = 1_000_000

/**
 * Reads a definition but for its items, and checks everything in it; what it returns is good only if no fault was added.
 * Undefined when it is no object.
 */
export function readPlan(value: unknown, limits: SizeLimits, faults: Faults): BatchPlan | undefined {
  if (!isPlainObject(value)) {
    faults.add('definition', 'must be an object')
    return undefined
  }
  checkKnown(value, members, '', faults)
  checkName('batch', value.name, 'name', faults)
  checkTaskType(value.itemTaskType, 'itemTaskType', faults)
  return present({
    name: value.name as string,
    ...readOnetime(value, limits, faults),
    itemTaskType: value.itemTaskType as string,
    ...readHandling(value, faults),
    ...readWhole(value, faults),
  })
}

type Given<Name extends keyof BatchPlan> = { readonly [Member in Name]: BatchPlan[Member] | undefined }

function readOnetime(
  { onetimeTaskType, onetimePayload }: Value,
  { payload }: SizeLimits,
  faults: Faults,
): Given<'onetimeTaskType' | 'onetimePayload'> {
  if (onetimeTaskType !== undefined) checkTaskType(onetimeTaskType, 'onetimeTaskType', faults)
  else if (onetimePayload !== undefined) faults.add('onetimePayload', 'needs an onetimeTaskType')
  const text =
    onetimePayload === undefined
      ? undefined
      : faults.attempt(() => toJsonText(onetimePayload, 'onetimePayload', payload))
  return {
    onetimeTaskType: onetimeTaskType as string | undefined,
    onetimePayload: text === undefined ? undefined : (JSON.parse(text) as JsonValue),
  }
}

function readHandling(
  { failurePolicy, chunkSize, itemRetryPolicy, itemConcurrencyKeys }: Value,
  faults: Faults,
): Given<'failurePolicy' | 'chunkSize' | 'itemRetryPolicy' | 'itemConcurrencyKeys'> {
  if (chunkSize !== undefined) checkInteger(chunkSize, { min: 1, max: MAX_CHUNK_SIZE }, 'chunkSize', faults)
  return {
    failurePolicy: readFailurePolicy(failurePolicy, faults),
    chunkSize: chunkSize as number | undefined,
    itemRetryPolicy: readRetryPolicy(itemRetryPolicy, 'itemRetryPolicy', faults),
    itemConcurrencyKeys: readConcurrencyKeys(itemConcurrencyKeys, 'itemConcurrencyKeys', faults),
  }
}

function readWhole(
  { executionTimeout, retryPolicy, defaultPriority }: Value,
  faults: Faults,
): Given<'executionTimeout' | 'retryPolicy' | 'defaultPriority'> {
  const timeoutMs = readDuration(executionTimeout as Duration | undefined, 'executionTimeout', faults)
  if (timeoutMs === 0) faults.add('executionTimeout', 'must be at least 1 ms', 1)
  if (defaultPriority !== undefined) checkPriority(defaultPriority, 'defaultPriority', faults)
  return {
    executionTimeout: timeoutMs,
    retryPolicy: readRetryPolicy(retryPolicy, 'retryPolicy', faults),
    defaultPriority: defaultPriority as Priority | undefined,
  }
}

function readFailurePolicy(value: unknown, faults: Faults): BatchFailurePolicy | undefined {
  if (value === undefined) return undefined
  const policy = batchFailurePolicies.find((known) => known === value)
  if (policy === undefined) faults.add('failurePolicy', `must be one of ${batchFailurePolicies.join(', ')}`)
  return policy
}
