import { defaultTiers, type TierConfig } from '@dureq/types'
import type { Reply } from '../gateway.ts'
import type { Space } from '../space.ts'
import { escapeTier } from '../tier-name.ts'

/**
 * The tiers work may stand in, as they stand in the names of keys: those of the settings, the highest first, and those that were
 * taken out and are not empty yet.
 */
export async function tierNames(space: Space): Promise<readonly string[]> {
  const [config, ...counts] = await Promise.all([
    space.read('HGET', space.first.of('meta'), 'config'),
    ...space.partitions.map((partition) => space.read('HKEYS', partition.of('counts'))),
  ])
  const waiting = (counts as Reply[][])
    .flat()
    .flatMap((field) => /^line:([^:]*):/.exec(String(field))?.[1] ?? [])
  return [...new Set([...configured(config as Reply), ...waiting])]
}

function configured(config: Reply): readonly string[] {
  const { tiers = defaultTiers } =
    typeof config === 'string' ? (JSON.parse(config) as { readonly tiers?: readonly TierConfig[] }) : {}
  return [...tiers].sort((a, b) => b.minPriority - a.minPriority).map(({ name }) => escapeTier(name))
}
