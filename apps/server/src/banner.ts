import { type Config, hasTokens } from './config/config.ts'
import type { ServerNode } from './server-node.ts'

/** What a person is told when the node has started. */
export function banner(node: ServerNode, config: Config): string {
  const lines = [`dureq listens on ${node.url}, store: ${node.place}`]
  if (node.monitor && config.builtinHandlers.includes('echo')) {
    const token = hasTokens(config) ? " -H 'authorization: Bearer <token>'" : ''
    const body = `{"task_type":"echo","payload":{"message":"hello"}}`
    lines.push(
      '',
      'Enqueue a job, then look at it:',
      `  curl -s${token} -H 'content-type: application/json' -d '${body}' ${node.url}/api/jobs`,
      `  curl -s${token} ${node.url}/api/jobs`,
      '',
    )
  }
  return `${lines.join('\n')}\n`
}
