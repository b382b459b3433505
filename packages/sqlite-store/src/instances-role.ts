import type { InstancesRole } from '@dureq/types'
import type { Core } from './core.ts'
import { createInstances } from './create-instance.ts'
import { readInstances } from './read-instances.ts'
import { removeInstances } from './remove-instance.ts'
import { sendMessages } from './send.ts'

/** Keeps workflows as instances. */
export function createInstancesRole(core: Core): InstancesRole {
  return {
    create: (call, instances) => createInstances(core, call, instances),
    send: (call, messages) => sendMessages(core, call, messages),
    remove: (call, ids) => removeInstances(core, call, ids),
    get: (ids) => core.read((db) => readInstances(db, ids)),
  }
}
