import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { dashboardPlugin, type MonitorOptions } from '../src/index.ts'
import { type Api, openApi } from './fixtures/api.ts'
import { openPage, startBrowser } from './fixtures/browser.ts'
import { listenOn } from './fixtures/listen.ts'

const token = 'a-token-of-some-length'

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
}, 60_000)
afterAll(() => browser.close())

/** The API with its pages, on a port, for the test that is running. */
async function serve(
  options: Partial<MonitorOptions> = {},
): Promise<{ readonly api: Api; readonly url: string }> {
  const api = await openApi(options, async (app) => {
    await app.register(dashboardPlugin)
  })
  onTestFinished(() => api.close())
  return { api, url: `http://${await listenOn(api.app)}` }
}

/** Resolves when the page shows that so many jobs have a status. */
async function showsJobs(page: Page, status: string, count: number): Promise<void> {
  await page
    .locator(`#job_counts [data-count="${status}"] dd`, { hasText: new RegExp(`^${count}$`) })
    .waitFor()
}

describe('the built-in page', () => {
  it('counts live while jobs run', async () => {
    const { api, url } = await serve()
    const { page, problems } = await openPage(browser)
    await page.goto(url)
    await page.locator('#freshness[data-live="true"]').waitFor()
    await api.post('/api/jobs', { task_type: 'greet' })
    await showsJobs(page, 'pending', 1)
    await api
      .worker()
      .handle('greet', () => 'hello')
      .start()
    await showsJobs(page, 'completed', 1)
    expect(await page.locator('#active [data-count="nodes"] dd').innerText()).toBe('1')
    expect(await page.locator('#routes tr').count()).toBeGreaterThan(100)
    expect(problems).toEqual([])
  })

  it('asks for a token, and for another one when it is wrong', async () => {
    const { api, url } = await serve({ apiToken: token })
    const headers = { authorization: `Bearer ${token}` }
    const { page } = await openPage(browser)
    await page.goto(url)
    await page.fill('#token', 'another-token-of-some-length')
    await page.click('#token-form button')
    await page.locator('#token-problem', { hasText: 'does not know' }).waitFor()
    await page.fill('#token', token)
    await page.click('#token-form button')
    await page.locator('#active [data-count="runs"]').waitFor()
    await api.post('/api/jobs', { task_type: 'greet' }, headers)
    await showsJobs(page, 'pending', 1)
    expect(await page.locator('#token-form').isHidden()).toBe(true)
  })

  it('says when it counts only now and then', async () => {
    const { url } = await serve()
    const { page } = await openPage(browser)
    await page.routeWebSocket(/\/api\/ws/, (socket) => socket.close())
    await page.goto(url)
    await page.locator('#freshness', { hasText: 'every 5 s' }).waitFor()
  })
})

describe('the page of the API', () => {
  it('shows every operation, and tries what only reads', async () => {
    const { api, url } = await serve()
    const { body: job } = await api.post('/api/jobs', { task_type: 'greet' })
    const { page, problems } = await openPage(browser)
    await page.goto(`${url}/api/docs#getJob`)
    const operation = page.locator('#getJob')
    await operation.locator('form').waitFor()
    await operation.locator('input[name="id"]').fill(job.id)
    await operation.locator('form button').click()
    await operation.locator('pre', { hasText: `"id": "${job.id}"` }).waitFor()
    await page.goto(`${url}/api/docs#schema-Job`)
    await page.locator('#schema-Job[open]').waitFor()
    expect(await page.locator('main details').count()).toBeGreaterThan(100)
    expect(problems).toEqual([])
  })
})
