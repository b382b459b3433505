import { isDeepStrictEqual } from 'node:util'
import { createCaller, systemRandom } from '@dureq/runtime'
import type { Logger, Settings, Store } from '@dureq/types'

/**
 * Gives a store that was never given settings those of the configuration. From then on what operators say stands, whatever
 * nodes are configured with.
 */
export async function putFirstSettings(
  { settings }: Pick<Store, 'settings'>,
  wanted: Settings,
  logger: Logger,
): Promise<void> {
  const present = await settings.get()
  if (present.version === 0) {
    const outcome = await createCaller({ random: systemRandom }).call((key) => settings.put(key, 0, wanted))
    if (outcome === 'saved') return logger.info({}, 'the store was given its first settings')
  }
  const { version, settings: now } = await settings.get()
  if (!isDeepStrictEqual(now, wanted))
    logger.info({ version }, 'the settings of the store stand, not those of the configuration')
}
