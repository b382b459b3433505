import {
  type Explanation,
  explainStanding,
  isTerminalJobStatus,
  JobNotFoundError,
  jobIdOf,
  type Standing,
} from '@dureq/types'
import type { ClientStore } from '../core.ts'

/**
 * Why a job is not running, or what it does.
 *
 * @throws JobNotFoundError when there is no such job (any more).
 */
export async function explainJob(
  { inspector, settings, nodes }: Pick<ClientStore, 'inspector' | 'settings' | 'nodes'>,
  id: string,
): Promise<Explanation> {
  const read = await inspector.standing(id)
  if (read === undefined) throw new JobNotFoundError(id)
  if (isTerminalJobStatus(read.record.status))
    return explainStanding(read, { settings: { tiers: [], taskTypes: {} }, nodes: [] })
  const [{ settings: present }, living, standing] = await Promise.all([
    settings.get(),
    nodes.list(),
    withSiblings(inspector, read),
  ])
  const firings = await firingsOf(inspector, standing)
  return explainStanding(standing, { settings: present, nodes: living, firings })
}

/** What a held firing waits behind, its job knows. */
async function withSiblings(inspector: ClientStore['inspector'], standing: Standing): Promise<Standing> {
  if (standing.held !== true || standing.unfinished !== undefined) return standing
  const { unfinished } = (await inspector.standing(jobIdOf(standing.record.id))) ?? {}
  return unfinished === undefined ? standing : { ...standing, unfinished }
}

async function firingsOf(
  inspector: ClientStore['inspector'],
  standing: Standing,
): Promise<readonly Standing[]> {
  if (standing.held === true) return []
  const read = (standing.unfinished ?? []).map(({ id }) => inspector.standing(id))
  const firings = await Promise.all(read)
  return firings.filter(
    (firing) => firing !== undefined && !isTerminalJobStatus(firing.record.status),
  ) as Standing[]
}
