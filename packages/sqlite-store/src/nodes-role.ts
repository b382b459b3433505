import type { NodesRole } from '@dureq/types'
import type { Core } from './core.ts'
import { announceNode, dropNode, liveNodes, setDraining } from './node-table.ts'
import { callOnce } from './single-call.ts'

/** Knows the nodes of the cluster and what they can run. */
export function createNodesRole(core: Core): NodesRole {
  return {
    async announce(call, info, handlers, ttlMs) {
      const draining = await callOnce(core, call, (step) => announceNode(step, { info, handlers, ttlMs }))
      // It knows now, so `wait` need not tell it.
      core.hub.nodes.memoryOf(info.nodeId).draining = draining
      return { draining }
    },
    async leave(call, nodeId) {
      await callOnce(core, call, (step) => {
        dropNode(step, nodeId)
        return null
      })
    },
    list: () => core.read((db, now) => liveNodes(db, now)),
    drain: (call, nodeId, draining) => callOnce(core, call, (step) => setDraining(step, nodeId, draining)),
  }
}
