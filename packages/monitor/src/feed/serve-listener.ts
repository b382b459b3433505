import type { Clock } from '@dureq/types'
import type { Frame } from './frame.ts'

/** The way to one listener. */
export interface Mouth {
  /** Resolves when the listener's connection has taken the frames; rejects when it is gone. */
  write(frames: readonly Frame[]): Promise<void>
  /** Says goodbye. */
  end(): void
  /** Cuts the connection. */
  drop(): void
}

/** A connection that takes nothing for so long is cut. */
const WRITE_MS = 10_000

/** Gives a listener his frames until there are no more or he is gone. Whoever does not read is dropped. */
export async function serveListener(
  pieces: AsyncIterable<readonly Frame[]>,
  mouth: Mouth,
  clock: Clock,
): Promise<void> {
  try {
    for await (const frames of pieces) await writeInTime(frames, mouth, clock)
  } catch {
    mouth.drop() // he comes back and says where he stood
  }
}

async function writeInTime(frames: readonly Frame[], mouth: Mouth, clock: Clock): Promise<void> {
  const timer = clock.setTimeout(() => mouth.drop(), WRITE_MS)
  try {
    await mouth.write(frames)
  } finally {
    timer.cancel()
  }
}
