import { createTickBatcher } from '@dureq/runtime'
import { type Collected, type CollectOutcome, groupSettingOf, type VersionedSettings } from '@dureq/types'
import { type ClientCore, MAX_ITEMS } from '../core.ts'
import { cutIntoPieces, replyOf, sendPieces } from '../pieces.ts'

/** A task for a group that was checked. */
export type GroupDraft = Omit<Collected, 'setting'>

/** Hands tasks for groups to the store. Those of one tick travel together, in order. */
export type Collector = (draft: GroupDraft) => Promise<CollectOutcome>

/** A call holds the store up for as long as it takes, so it is cut at about 4 MiB of payload. */
const MAX_PAYLOAD_UNITS = 4 * 1024 * 1024

/** A collector of one client. It remembers how groups are collected until the store says that this has changed. */
export function createCollector({ store, caller }: Pick<ClientCore, 'store' | 'caller'>): Collector {
  let known: Promise<VersionedSettings> | undefined
  const settings = (): Promise<VersionedSettings> => {
    const reading = (known ??= store.settings.get())
    reading.catch(() => {
      if (known === reading) known = undefined
    })
    return reading
  }

  const collect = async (drafts: readonly GroupDraft[]): Promise<readonly CollectOutcome[]> => {
    for (;;) {
      const reading = settings()
      const { version, settings: current } = await reading
      const messages = drafts.map((draft): Collected => {
        const setting = groupSettingOf(current.groups, draft.group, draft.taskType)
        return { ...draft, setting }
      })
      const reply = await caller.call((key) => store.instances.collect(key, version, messages))
      if (reply !== 'stale') return reply
      if (known === reading) known = undefined
    }
  }

  const weigh = ({ payload }: GroupDraft): number => payload.length
  const limits = { maxItems: MAX_ITEMS, maxWeight: MAX_PAYLOAD_UNITS, weigh }
  const batcher = createTickBatcher((drafts: readonly GroupDraft[]) =>
    sendPieces(cutIntoPieces(drafts, limits), collect),
  )
  return async (draft) => replyOf(await batcher.add(draft))
}
