import { type CallKey, isHeld, type LeaseMemo, type LeaseRef, type MemoWrite } from '@dureq/types'
import type { Connection } from './connection.ts'
import type { Core } from './core.ts'
import { firingColumns, firingOf } from './firing-row.ts'
import { memosOf, writeMemo } from './memo-rows.ts'
import { callInPieces } from './piecewise-call.ts'
import type { Step } from './step.ts'

/** One piece takes at most this many writes, ... */
const PIECE_WRITES = 250
/** ... and values of this many characters together. */
const PIECE_CHARACTERS = 2 * 1024 * 1024

/** Keeps what firings are to remember: `RunsRole.memo`. */
export async function writeMemos(
  core: Core,
  call: CallKey,
  writes: readonly MemoWrite[],
): Promise<readonly ('saved' | 'lost')[]> {
  const lost = await callInPieces<MemoWrite, number>(core, {
    call,
    items: writes,
    patience: 'urgent',
    weigh: ({ value }) => 1 / PIECE_WRITES + value.length / PIECE_CHARACTERS,
    work: writePiece,
  })
  const wereLost = new Set(lost)
  return writes.map((_, i) => (wereLost.has(i) ? 'lost' : 'saved'))
}

/** Answers with the indexes of the writes whose lease is lost. */
function writePiece(step: Step, writes: readonly MemoWrite[], from: number): readonly number[] {
  const found = step.firings.byIds(writes.map(({ firingId }) => firingId))
  return writes.flatMap(({ token, name, value }, i) => {
    const stored = found[i]
    if (stored === undefined || !isHeld(stored.firing, token)) return [from + i]
    writeMemo(step, stored, name, value)
    return []
  })
}

/** What the firing of a lease remembers: `RunsRole.memos`. */
export function readMemos(db: Connection, { firingId, token }: LeaseRef): LeaseMemo {
  const sql = `SELECT ${firingColumns} FROM jobs j JOIN firings f USING (seq) WHERE j.id = ?`
  const row = db.get(sql, [firingId])
  const stored = row && firingOf(row)
  if (stored === undefined || !isHeld(stored.firing, token)) return { kind: 'lost' }
  return { kind: 'found', values: memosOf(db, stored) }
}
