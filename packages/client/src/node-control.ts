import { checkName, Faults, type NodeInfo } from '@dureq/types'
import type { ClientCore } from './core.ts'

/** What can be asked of the nodes of the cluster. */
export interface NodeControl {
  /** The nodes that live, by id. */
  listNodes(): Promise<readonly NodeInfo[]>
  /**
   * Asks a node to take no new work, or (`draining` false) to take work again. What it runs, it finishes.
   *
   * @returns false when no such node lives.
   */
  drainNode(nodeId: string, draining?: boolean): Promise<boolean>
}

/** The part of a client that knows nodes. */
export function createNodeControl({ store, caller }: ClientCore): NodeControl {
  return {
    listNodes: () => store.nodes.list(),
    drainNode(nodeId, draining = true) {
      const faults = new Faults()
      checkName('nodeId', nodeId, 'nodeId', faults)
      if (typeof draining !== 'boolean') faults.add('draining', 'must be true or false')
      faults.throwIfAny()
      return caller.call((key) => store.nodes.drain(key, nodeId, draining))
    },
  }
}
