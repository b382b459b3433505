import type { ServerResponse } from 'node:http'
import type { Clock, Timer } from '@dureq/types'
import type { Frame } from './frame.ts'
import type { Mouth } from './serve-listener.ts'

const BEAT_MS = 15_000
/** After how long a listener comes back whose connection has ended. */
const RETRY_MS = 1_000

/** Writes each frame as an event without a name, with its position as its id, and a comment every 15 s. */
export function createEventStreamMouth(
  response: ServerResponse,
  { clock, write }: { readonly clock: Clock; readonly write: (frame: Frame) => string },
): Mouth {
  let timer: Timer = clock.setTimeout(beat, BEAT_MS)
  let onClose = (): void => {}
  response.once('close', () => {
    timer.cancel()
    onClose()
  })
  response.write(`retry: ${RETRY_MS}\n\n`)

  return {
    write: (frames) =>
      send(frames.map((frame) => `id: ${frame.position}\ndata: ${write(frame)}\n\n`).join('')),
    end: () => response.end(),
    drop: () => response.destroy(),
  }

  function beat(): void {
    response.write(':\n\n')
    timer = clock.setTimeout(beat, BEAT_MS)
  }

  /** A response whose connection is lost calls nobody back. */
  function send(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      onClose = () => reject(new Error('the connection is gone'))
      if (response.destroyed) onClose()
      else response.write(text, (error) => (error ? reject(error) : resolve()))
    })
  }
}
