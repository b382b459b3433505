import type { Clock, Timer } from '@dureq/types'
import type { WebSocket } from '@fastify/websocket'
import type { Frame } from './frame.ts'
import type { Mouth } from './serve-listener.ts'

const PING_MS = 30_000
const PONG_MS = 10_000
/** What listeners say is not listened to; nor is it to be long. */
export const MOST_SAID_BYTES = 1_024
const NORMAL_CLOSURE = 1_000
const TOO_BIG = 1_009

/** Sends each frame as one text message. Pings every 30 s; who does not answer within 10 s is dropped. */
export function createWebSocketMouth(
  socket: WebSocket,
  { clock, write }: { readonly clock: Clock; readonly write: (frame: Frame) => string },
): Mouth {
  let timer: Timer = clock.setTimeout(ping, PING_MS)
  socket.on('pong', () => {
    timer.cancel()
    timer = clock.setTimeout(ping, PING_MS)
  })
  socket.once('close', () => timer.cancel())
  socket.on('message', (said: Buffer) => {
    if (said.length > MOST_SAID_BYTES) socket.close(TOO_BIG)
  })

  return {
    write: (frames) => send(frames.map(write)),
    end: () => socket.close(NORMAL_CLOSURE),
    drop: () => socket.terminate(),
  }

  function ping(): void {
    socket.ping()
    timer = clock.setTimeout(() => socket.terminate(), PONG_MS)
  }

  /** The last one is taken when all are. */
  function send(texts: readonly string[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const last = texts.length - 1
      texts.forEach((text, i) => {
        if (i < last) socket.send(text)
        else socket.send(text, (error) => (error ? reject(error) : resolve()))
      })
    })
  }
}
