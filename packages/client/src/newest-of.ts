import type { ClientStore } from './core.ts'

/** The newest workflow that one goes on as: a long chain is followed by the store, not link by link. */
export async function newestOf({ instances }: Pick<ClientStore, 'instances'>, id: string): Promise<string> {
  const [newest = id] = await instances.newest([id])
  return newest
}
