import type { HandlerSet, NodeInfo, NodesRole } from '@dureq/types'
import type { Reply } from './gateway.ts'
import type { Space } from './space.ts'

/** The `nodes` role on Redis. Handler sets are known in every partition; what is told of nodes, in the first. */
export function createNodes(space: Space): NodesRole {
  const isFirst = (index: number): string => (index === 0 ? '1' : '0')
  return {
    async announce(call, info, handlers, ttlMs) {
      const { lastHeartbeat: _, draining: __, ...kept } = info
      const tail = [info.nodeId, info.startedAt, ttlMs, handlers?.id ?? '', JSON.stringify(kept)]
      const answers = await Promise.all(
        space.partitions.map((partition) =>
          space.change('announce', {
            partition,
            call,
            args: [...tail, isFirst(partition.index), ...handlerArgs(handlers)],
          }),
        ),
      )
      return { draining: answers[0]?.answer === '1' }
    },

    async leave(call, nodeId) {
      await Promise.all(
        space.partitions.map((partition) =>
          space.change('leave', { partition, call, args: [nodeId, isFirst(partition.index)] }),
        ),
      )
    },

    async list() {
      const [now, flat, scores] = await Promise.all([
        space.now(),
        space.read('HGETALL', space.first.of('nodes')),
        space.read('ZRANGE', space.first.of('node-ttl'), 0, -1, 'WITHSCORES'),
      ])
      const expiry = pairs(scores as Reply[])
      return [...pairs(flat as Reply[])]
        .filter(([id]) => Number(expiry.get(id) ?? 0) > now)
        .map(([, text]) => readNode(text))
        .sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1))
    },

    async drain(call, nodeId, draining) {
      const args = [nodeId, draining ? '1' : '0']
      return (await space.change('drain', { partition: space.first, call, args })).answer === '1'
    },
  }
}

function handlerArgs(handlers: HandlerSet | undefined): readonly (string | number)[] {
  return (handlers?.handlers ?? []).flatMap(({ version = '', leaseMs, maxAttempts, name }) => [
    version,
    leaseMs,
    maxAttempts,
    name,
  ])
}

function pairs(flat: readonly Reply[]): ReadonlyMap<string, string> {
  const map = new Map<string, string>()
  for (let i = 0; i < flat.length; i += 2) map.set(String(flat[i]), String(flat[i + 1]))
  return map
}

/** Reads what `writeNode` of lua/lib/nodes.lua wrote. */
function readNode(text: string): NodeInfo {
  const [, , draining, heartbeat, ...info] = text.split('\t')
  const node = JSON.parse(info.join('\t')) as Omit<NodeInfo, 'lastHeartbeat'>
  return { ...node, lastHeartbeat: Number(heartbeat), ...(draining === '1' ? { draining: true } : {}) }
}
