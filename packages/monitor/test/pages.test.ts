import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answerErrors, dashboardPlugin } from '../src/index.ts'
import { type Api, openApi } from './fixtures/api.ts'

const html = { accept: 'text/html,*/*' }

/** The API with pages beside it. */
async function openPages(dir?: string): Promise<Api> {
  const api = await openApi({ apiToken: 'a-token-of-some-length' }, async (app) => {
    answerErrors(app)
    await app.register(dashboardPlugin, { dir })
  })
  return api
}

const ask = (api: Api, url: string, headers = html): Promise<LightMyRequestResponse> =>
  api.app.inject({ url, headers })

describe('the directory of a dashboard', () => {
  const dir = mkdtempSync(join(tmpdir(), 'dureq-pages-'))
  let api: Api
  beforeAll(async () => {
    mkdirSync(join(dir, 'app/assets'), { recursive: true })
    writeFileSync(join(dir, 'secret.txt'), 'secret')
    writeFileSync(join(dir, 'app/index.html'), '<title>their dashboard</title>')
    writeFileSync(join(dir, 'app/favicon.ico'), 'icon')
    writeFileSync(join(dir, 'app/.env'), 'secret')
    writeFileSync(join(dir, 'app/assets/index-BQ1x2y3z.js'), 'run()')
    api = await openPages(join(dir, 'app'))
  })
  afterAll(async () => {
    await api.close()
    rmSync(dir, { recursive: true })
  })

  it.each(['/', '/jobs', '/workflows/1k87su8ek000000db578', '/jobs?status=dead'])(
    'answers %s with its page',
    async (url) => {
      const { statusCode, body, headers } = await ask(api, url)
      expect([statusCode, body]).toEqual([200, '<title>their dashboard</title>'])
      expect(headers).toMatchObject({
        'cache-control': 'no-cache',
        'content-type': expect.stringMatching(/^text\/html/),
      })
    },
  )

  it('sends files, those with a hash in their name for ever', async () => {
    const asset = await ask(api, '/assets/index-BQ1x2y3z.js')
    expect(asset).toMatchObject({ statusCode: 200, body: 'run()' })
    expect(asset.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': expect.stringMatching(/javascript/),
      'x-content-type-options': 'nosniff',
    })
    const icon = await ask(api, '/favicon.ico')
    expect(icon).toMatchObject({ statusCode: 200, body: 'icon' })
    expect(icon.headers).toMatchObject({ 'cache-control': 'no-cache', etag: expect.any(String) })
    const known = { ...html, 'if-none-match': String(icon.headers.etag) }
    expect((await ask(api, '/favicon.ico', known)).statusCode).toBe(304)
    expect((await api.app.inject({ method: 'HEAD', url: '/jobs', headers: html })).statusCode).toBe(200)
  })

  it.each([
    '/assets/missing.js',
    '/.env',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2f..%2fsecret.txt',
    '/api',
    '/..%5csecret.txt',
  ])('has no %s', async (url) => {
    const { statusCode, body } = await ask(api, url)
    expect([statusCode, body.includes('secret.txt') || !body.includes('secret')]).toEqual([404, true])
  })

  it('answers no program with a page, and no order', async () => {
    expect((await ask(api, '/jobs', { accept: 'application/json' })).statusCode).toBe(404)
    expect((await api.app.inject({ method: 'POST', url: '/jobs', headers: html })).statusCode).toBe(404)
  })

  it('leaves what is below /api to the API, and its guard', async () => {
    expect((await ask(api, '/api/nothing')).statusCode).toBe(401)
    const headers = { ...html, authorization: 'Bearer a-token-of-some-length' }
    const missing = await ask(api, '/api/nothing', headers)
    expect([missing.statusCode, missing.json().code]).toEqual([404, 'route-not-found'])
    const wrong = await ask(api, '/api/jobs/x/cancel', headers)
    expect([wrong.statusCode, wrong.headers.allow]).toEqual([405, 'POST'])
  })

  it('has to have a page', async () => {
    await expect(openPages(join(dir, 'app/assets'))).rejects.toMatchObject({ fields: [{ field: 'dir' }] })
  })
})

describe('the pages of our own', () => {
  let api: Api
  beforeAll(async () => {
    api = await openPages()
  })
  afterAll(() => api.close())

  it.each([
    '/',
    '/index.js',
    '/api.js',
    '/style.css',
    '/api/docs',
    '/api/docs/docs.js',
    '/api/docs/api.js',
    '/api/docs/style.css',
  ])('have %s, without a token and without rights', async (url) => {
    const { statusCode, headers, body } = await ask(api, url)
    expect(statusCode).toBe(200)
    expect(headers['content-security-policy']).toContain("default-src 'self'")
    expect(body).not.toMatch(/<script(?![^>]*src=)|style=|onclick/)
  })
})
