import {
  checkKnown,
  checkName,
  checkTaskType,
  type EnqueueGroupOptions,
  Faults,
  isPlainObject,
  SizeLimitError,
  toJsonText,
  validatePayload,
} from '@dureq/types'
import type { AnyTask } from '../any-task.ts'
import type { ClientCore } from '../core.ts'
import { createCollector, type GroupDraft } from './collector.ts'
import { listGroups } from './group-listing.ts'
import type { GroupSize, Groups } from './groups.ts'

/** The part of a client for groups. */
export function createGroups(core: ClientCore): Groups {
  const collect = createCollector(core)
  return {
    // Typed by the overloads of the interface; here a payload is anything.
    async enqueueGroup(given: AnyTask | EnqueueGroupOptions<unknown>, group?: string, payload?: unknown) {
      const { size } = await collect(await draftMessage(readMessage(given, group, payload), core))
      return { size } satisfies GroupSize
    },
    listGroups: (options = {}) => listGroups(core.store, options),
  }
}

/** A message of which nothing is checked. */
interface GivenMessage {
  readonly message: unknown
  readonly task?: AnyTask
}

function readMessage(
  given: AnyTask | EnqueueGroupOptions<unknown>,
  group: string | undefined,
  payload: unknown,
): GivenMessage {
  const isTask = isPlainObject(given) && 'type' in given && !('group' in given)
  if (!isTask) return { message: given }
  return { message: { group, taskType: given.type, payload }, task: given }
}

async function draftMessage(
  { message, task }: GivenMessage,
  { store: { limits }, newId }: Pick<ClientCore, 'store' | 'newId'>,
): Promise<GroupDraft> {
  const faults = new Faults()
  if (!isPlainObject(message)) faults.add('message', 'must be an object')
  faults.throwIfAny()
  const { group, taskType, payload = null } = message as Partial<EnqueueGroupOptions<unknown>>
  checkKnown(message as object, ['group', 'taskType', 'payload'], '', faults)
  checkName('group', group, 'group', faults)
  checkTaskType(taskType, 'taskType', faults)
  if (task !== undefined) await fit(task, payload, faults)
  const text = readPayload(payload, limits.payload, faults)
  faults.throwIfAny()
  return { id: newId(), group: group as string, taskType: taskType as string, payload: text as string }
}

async function fit(task: AnyTask, payload: unknown, faults: Faults): Promise<void> {
  const fits = faults.attempt(() => validatePayload(task, payload))
  if (fits instanceof Promise) await fits.catch((error: unknown) => faults.attempt(() => raise(error)))
}

/** @throws SizeLimitError when the size is all that is wrong. */
function readPayload(payload: unknown, limit: number, faults: Faults): string | undefined {
  try {
    return toJsonText(payload, 'payload', limit)
  } catch (error) {
    if (SizeLimitError.is(error) && faults.found.length === 0) throw error
    return faults.attempt(() => raise(error))
  }
}

function raise(error: unknown): never {
  throw error
}
