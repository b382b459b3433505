import { expect, it } from 'vitest'
import { operations } from '../src/operations/all.ts'
import { withApi } from './fixtures/api.ts'
import { requestTo } from './fixtures/request.ts'

it('refuses a query of more than 8 KiB', () =>
  withApi(async ({ get }) => {
    const fill = '?search='
    expect((await get(`/api/jobs${fill}${'a'.repeat(8_192 - fill.length + 1)}`)).status).not.toBe(414)
    expect(await get(`/api/jobs${fill}${'a'.repeat(8_192 - fill.length + 2)}`)).toMatchObject({
      status: 414,
      body: { code: 'size-limit', error: expect.stringContaining('8192') },
    })
  }))

it('refuses a query of more than 50 parameters', () =>
  withApi(async ({ get }) => {
    const query = (count: number): string => Array.from({ length: count }, (_, i) => `a${i}=1`).join('&')
    const fieldsOf = async (count: number): Promise<{ field: string; limit?: number }[]> =>
      (await get(`/api/jobs?${query(count)}`)).body.fields
    expect((await fieldsOf(50)).map(({ field }) => field)).toContain('a49')
    expect(await fieldsOf(51)).toEqual([expect.objectContaining({ field: 'query', limit: 50 })])
  }))

it('counts nothing for who may not ask', () =>
  withApi(async ({ get }) => expect((await get(`/api/jobs?search=${'a'.repeat(9_000)}`)).status).toBe(401), {
    apiToken: 'a-token-of-some-length',
  }))

it('refuses a name in a path that is longer than any', () =>
  withApi(async (api) => {
    const routes = Object.keys(operations).filter((route) => route.includes(':'))
    expect(routes.length).toBeGreaterThan(50)
    for (const route of routes) {
      const { method, path } = requestTo(route)
      const url = `/api${path.replaceAll('none', 'a'.repeat(513))}`
      const answer = await api.app.inject({ method, url })
      expect([route, answer.statusCode, answer.json().code]).toEqual([route, 400, 'validation'])
    }
  }))
