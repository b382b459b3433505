import type { InstancesRole } from '@dureq/types'
import { appendItems } from './append.ts'
import { collectTasks } from './collect.ts'
import type { Core } from './core.ts'
import { createInstances } from './create-instance.ts'
import { newestInstance } from './newest-instance.ts'
import { readInstances } from './read-instances.ts'
import { removeInstances } from './remove-instance.ts'
import { sendMessages } from './send.ts'

/** Keeps workflows, batches and groups as instances. */
export function createInstancesRole(core: Core): InstancesRole {
  return {
    create: (call, instances) => createInstances(core, call, instances),
    append: (call, appends) => appendItems(core, call, appends),
    collect: (call, settingsVersion, messages) => collectTasks(core, call, { settingsVersion, messages }),
    send: (call, messages) => sendMessages(core, call, messages),
    remove: (call, ids) => removeInstances(core, call, ids),
    newest: (ids) => core.read((db) => ids.map((id) => newestInstance(db, id))),
    get: (ids) => core.read((db) => readInstances(db, ids)),
  }
}
