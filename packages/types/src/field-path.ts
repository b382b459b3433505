/** The path of a member of a value: `payload.items[0].to`, with brackets where a name is no plain word. */
export function fieldPath(field: string, keys: readonly PropertyKey[]): string {
  return keys.reduce<string>((path, key) => path + step(key), field)
}

function step(key: PropertyKey): string {
  const name = String(key)
  if (/^(0|[1-9]\d*)$/.test(name)) return `[${name}]`
  return /^[\w$-]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`
}
