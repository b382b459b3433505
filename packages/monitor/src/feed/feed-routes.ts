import type { IncomingMessage } from 'node:http'
import { systemClock } from '@dureq/runtime'
import type { Clock, EventsRole } from '@dureq/types'
import webSocket from '@fastify/websocket'
import type { FastifyInstance } from 'fastify'
import { eventStreamRoute } from '../routes/events.ts'
import { webSocketRoute } from '../routes/ws.ts'
import { createFeed } from './feed.ts'
import { Reception } from './reception.ts'
import { MOST_SAID_BYTES } from './web-socket-mouth.ts'

/** What the routes of the feed need. */
export interface FeedRoutesOptions {
  readonly store: { readonly events: Pick<EventsRole, 'latest' | 'read' | 'subscribe'> }
  readonly clock?: Clock | undefined
  /** Newest frames kept for listeners that are behind. Default 10,000. */
  readonly ringFrames?: number | undefined
}

/** `/ws` and `/events`: what happens, as it happens. Hooks of the application around see every request first. */
export function feedRoutes(app: FastifyInstance, options: FeedRoutesOptions): void {
  const { store, clock = systemClock, ringFrames } = options
  hangUpAfterAnswers(app)
  app.register(async (scope) => {
    const feed = createFeed({ events: store.events, clock, logger: scope.log, ringFrames })
    const reception = new Reception(feed, clock)
    // Before the one of the plugin below, which knows no close code.
    scope.addHook('preClose', () => reception.close())
    if (!scope.hasDecorator('websocketServer'))
      await scope.register(webSocket, { options: { maxPayload: MOST_SAID_BYTES } })
    webSocketRoute(scope, { reception, clock })
    eventStreamRoute(scope, { reception, clock })
  })
}

/** Who asks for an upgrade and is given an answer instead has a connection nobody reads from any more. */
function hangUpAfterAnswers(app: FastifyInstance): void {
  const upgrades = new WeakSet<IncomingMessage>()
  app.server.prependListener('upgrade', (request) => upgrades.add(request))
  app.addHook('onResponse', async ({ raw }) => {
    if (upgrades.has(raw)) raw.socket.destroySoon()
  })
}
