import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { routesTable } from '@dureq/monitor'
import { Faults } from '@dureq/types'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { checkConfig } from '../src/config/check-config.ts'
import type { Given } from '../src/config/paths.ts'
import { readApiDocument } from './api-document.ts'
import { optionTables } from './option-tables.ts'

const path = fileURLToPath(new URL('../README.md', import.meta.url))

/** The text with a table between the two marks of this name. */
function withTable(text: string, name: string, table: string): string {
  const place = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`)
  expect(text).toMatch(place)
  return text.replace(place, (_, begin: string, end: string) => `${begin}\n${table}\n\n${end}`)
}

// `vitest run apps/server/test/readme.test.ts -u` writes them.
it('has the tables of the options and routes there are', async () => {
  const withOptions = withTable(readFileSync(path, 'utf8'), 'options', optionTables())
  const whole = withTable(withOptions, 'routes', routesTable(await readApiDocument()))
  await expect(whole).toMatchFileSnapshot(path)
})

it('shows a configuration a node takes', () => {
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(readFileSync(path, 'utf8')) ?? []
  const faults = new Faults()
  const config = checkConfig(parse(example) as Given, faults)
  expect(faults.found).toEqual([])
  expect(config.redis.url).toMatch(/^rediss:/)
})
