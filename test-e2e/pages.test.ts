import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from './support/paths.ts'
import { runProgram } from './support/program.ts'
import { startServer } from './support/server.ts'

describe('the built-in pages', () => {
  it('are served by the server as it is built', async () => {
    const { url } = await startServer()
    const title = async (path: string): Promise<string | undefined> => {
      const response = await fetch(url + path, { headers: { accept: 'text/html' } })
      expect(response.status).toBe(200)
      return /<title>(.*)<\/title>/.exec(await response.text())?.[1]
    }
    expect(await title('/')).toBe('dureq')
    expect(await title('/jobs/1k87su8ek000000db578')).toBe('dureq')
    expect(await title('/api/docs')).toBe('The API of dureq')
    expect((await fetch(`${url}/index.js`)).headers.get('content-type')).toMatch(/javascript/)
  })

  it('are in the package', async () => {
    const cwd = join(root, 'packages/monitor')
    const output = await runProgram('npm', ['pack', '--dry-run', '--json', '--loglevel=silent'], { cwd })
    const [{ files }] = JSON.parse(output) as [{ files: { path: string }[] }]
    const pages = files.map(({ path }) => path).filter((path) => path.startsWith('pages/'))
    expect(pages.toSorted()).toEqual(
      ['api.js', 'docs.html', 'docs.js', 'index.html', 'index.js', 'style.css'].map(
        (name) => `pages/${name}`,
      ),
    )
  })
})
