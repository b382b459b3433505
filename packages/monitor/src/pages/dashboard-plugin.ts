import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ValidationError } from '@dureq/types'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { allowFiles, PAGES, restrictPage } from './page-files.ts'

/** Which pages are served beside the API. */
export interface DashboardOptions {
  /**
   * The directory of a built single-page application, with an `index.html`. Default: a page of ours that shows live counts
   * and the routes there are.
   */
  readonly dir?: string | undefined
}

/**
 * Pages beside the API: register it at the root of the application that has `monitorPlugin`. Files are served as they
 * are; every other path a browser asks for as a page is answered with `index.html`, whose history it is. Nothing below
 * `/api`, no file that is not there, and nothing outside the directory is.
 *
 * @throws ValidationError naming `dir` when there is no `index.html` in it.
 */
export const dashboardPlugin: FastifyPluginAsync<DashboardOptions> = async (app, { dir }) => {
  const root = dir === undefined ? PAGES : resolve(dir)
  if (!existsSync(join(root, 'index.html')))
    throw new ValidationError([{ field: 'dir', problem: `has no index.html: ${root}` }])
  await allowFiles(app)
  addPages(app, root, dir === undefined ? restrictPage : plain)
}

/** What an application of others may do is said by its own pages; only the type of a file is never guessed. */
const plain = (reply: FastifyReply): FastifyReply => reply.header('x-content-type-options', 'nosniff')

function addPages(app: FastifyInstance, root: string, prepare: (reply: FastifyReply) => FastifyReply): void {
  const send = (reply: FastifyReply, file: string): FastifyReply =>
    prepare(reply).header('cache-control', cachingOf(file)).sendFile(file, root, { cacheControl: false })
  app.get<{ Params: { readonly '*': string } }>('/*', async (request, reply) => {
    const path = request.params['*']
    if (/^api(\/|$)/.test(path) || isHidden(path)) return reply.callNotFound()
    if (isFile(path)) return send(reply, path)
    return path === '' || wantsPage(request) ? send(reply, 'index.html') : reply.callNotFound()
  })
}

/** A path with a file extension is that of a file; of a page it never is. */
function isFile(path: string): boolean {
  return /\.\w+$/.test(path)
}

/** Nothing whose name begins with a dot is meant to be seen. */
function isHidden(path: string): boolean {
  return /(^|[\\/])\./.test(path)
}

function wantsPage({ headers: { accept = '' } }: FastifyRequest): boolean {
  return accept.includes('text/html')
}

/** A file with a hash in its name never changes; whether another one has, a browser asks each time. */
function cachingOf(path: string): string {
  const hashed = /[.-](?=[\w-]*[A-Z0-9])[\w-]{8,}\.\w+$/.test(path)
  return hashed ? 'public, max-age=31536000, immutable' : 'no-cache'
}
