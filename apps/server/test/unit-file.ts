/** A unit file of systemd: its sections, with the settings in their order. */
export type UnitFile = Readonly<Record<string, readonly (readonly [key: string, value: string])[]>>

/**
 * Reads a unit file.
 *
 * @throws Error naming a line that is neither a section, a setting nor a comment.
 */
export function parseUnitFile(text: string): UnitFile {
  const sections: Record<string, [string, string][]> = {}
  let section: [string, string][] | undefined
  for (const line of text.split('\n')) {
    const [, name] = /^\[(\w+)\]$/.exec(line) ?? []
    const [, key, value = ''] = /^([A-Z]\w+)=(.*)$/.exec(line) ?? []
    if (name !== undefined) section = sections[name] = []
    else if (key !== undefined && section !== undefined) section.push([key, value])
    else if (!/^\s*([#;].*)?$/.test(line)) throw new Error(`no line of a unit file: ${line}`)
  }
  return sections
}
