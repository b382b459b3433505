/** The value of the header `Link` that says where a bare list goes on. The last page has none. */
export function nextPage(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  const search = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))
  return `<${path}?${search.toString()}>; rel="next"`
}
