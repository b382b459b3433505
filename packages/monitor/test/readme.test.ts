import { readFileSync } from 'node:fs'
import { createSqliteStore } from '@dureq/sqlite-store'
import { fastify } from 'fastify'
import { expect, it } from 'vitest'
import { monitorPlugin } from '../src/index.ts'

it('lists the routes there are', async () => {
  const store = createSqliteStore({ path: ':memory:' })
  const app = fastify()
  const routes: string[] = []
  app.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) if (each !== 'HEAD') routes.push(`${each} ${url}`)
  })
  await app.register(monitorPlugin, { store })
  await app.close()
  await store.close()

  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const listed = [...readme.matchAll(/^\| ([A-Z]+) \| `(\S+)` \|/gm)].map(
    ([, method, url]) => `${method} ${url}`,
  )
  expect(listed.toSorted()).toEqual(routes.toSorted())
})
