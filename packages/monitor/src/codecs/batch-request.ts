import { Faults } from '@dureq/types'
import { concurrencyKeyMembers } from './concurrency-key.ts'
import type { DecodedDefinition } from './definition-request.ts'
import { listOf, type Members, objectOf, readLength, readMembers, readPolicy } from './wire-members.ts'

/**
 * Reads the definition of a batch, whatever was sent: names become ours, and lengths of time milliseconds. Payloads go as they
 * are. A field the wire does not have is a fault.
 *
 * @param field how faults name the definition.
 */
export function decodeBatch(wire: unknown, field: string): DecodedDefinition {
  const faults = new Faults()
  const definition = readMembers(wire, field, { members: batchMembers, faults })
  return { definition, faults: faults.found }
}

const itemMembers: Members = { id: { name: 'id' }, payload: { name: 'payload' } }

const batchMembers: Members = {
  name: { name: 'name' },
  onetime_task_type: { name: 'onetimeTaskType' },
  onetime_payload: { name: 'onetimePayload' },
  item_task_type: { name: 'itemTaskType' },
  items: { name: 'items', read: listOf(objectOf(() => itemMembers)) },
  failure_policy: { name: 'failurePolicy' },
  chunk_size: { name: 'chunkSize' },
  item_retry_policy: { name: 'itemRetryPolicy', read: readPolicy },
  item_concurrency_keys: {
    name: 'itemConcurrencyKeys',
    read: listOf(objectOf(() => concurrencyKeyMembers)),
  },
  execution_timeout: { name: 'executionTimeout', read: readLength },
  retry_policy: { name: 'retryPolicy', read: readPolicy },
  default_priority: { name: 'defaultPriority' },
}
