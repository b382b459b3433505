import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'

/** Where the pages of the package are: beside `src` and `dist` alike. */
export const PAGES: string = fileURLToPath(new URL('../../pages', import.meta.url))

/** Lets replies send files; an application that can do so already keeps its way. */
export async function allowFiles(app: FastifyInstance): Promise<void> {
  if (app.hasReplyDecorator('sendFile')) return
  await app.register(fastifyStatic, { root: PAGES, serve: false })
}

/** Sets what a page of ours may do: run and load what comes from where it comes from, and be in nobody's frame. */
export function restrictPage(reply: FastifyReply): FastifyReply {
  return reply.headers({
    'content-security-policy':
      "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  })
}
