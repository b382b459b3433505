import type { LeaseMemo, LeaseRef, MemoWrite } from '@dureq/types'
import type { Reply } from './gateway.ts'
import type { Space } from './space.ts'

/** Adds a value to remember to the arguments of `memo.lua`. */
export function pushMemo(args: (string | number)[], { firingId, token, name, value }: MemoWrite): void {
  args.push(firingId, token, name, value)
}

/** What the firing of a lease remembers; see `RunsRole.memos`. */
export async function readMemos(space: Space, { firingId, token }: LeaseRef): Promise<LeaseMemo> {
  const partition = space.home(firingId)
  if (partition === undefined) return { kind: 'lost' }
  const flat = (await space.run('memos', { partition, args: [firingId, token] })) as Reply[] | null
  if (flat === null) return { kind: 'lost' }
  const values: [string, string][] = []
  for (let i = 0; i < flat.length; i += 2) values.push([String(flat[i]), String(flat[i + 1])])
  return { kind: 'found', values: Object.fromEntries(values) }
}
