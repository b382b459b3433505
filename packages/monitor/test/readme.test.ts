import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { routesTable, schemasTable } from '../src/index.ts'
import { withApi } from './fixtures/api.ts'

const path = new URL('../README.md', import.meta.url)

/** The text with a table between the two marks of this name. */
function withTable(text: string, name: string, table: string): string {
  const place = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`)
  expect(text).toMatch(place)
  return text.replace(place, (_, begin: string, end: string) => `${begin}\n${table}\n${end}`)
}

// `vitest run packages/monitor/test/readme.test.ts -u` writes them.
it('has the tables of the routes and schemas there are', () =>
  withApi(async ({ get }) => {
    const { body: document } = await get('/api/openapi.json')
    const withRoutes = withTable(readFileSync(path, 'utf8'), 'routes', routesTable(document))
    const whole = withTable(withRoutes, 'schemas', schemasTable(document))
    await expect(whole).toMatchFileSnapshot(path.pathname)
  }))
