/** The name of a tier as it stands in the names of keys: what separates their parts is written as `%` and two digits. */
export function escapeTier(name: string): string {
  return name.replace(/[%: ]/g, (letter) => `%${letter.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

/** The name `escapeTier` was given. */
export function unescapeTier(text: string): string {
  return text.replace(/%([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
}
