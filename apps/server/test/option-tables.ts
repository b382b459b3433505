import type { OptionSchema } from '../src/config/option.ts'
import { options } from '../src/config/schema.ts'
import { variableOf } from '../src/config/variables.ts'

/** The README's tables of options, one for each group. */
export function optionTables(): string {
  const entries = Object.entries(options)
  const groups = [...new Set(entries.map(([path]) => groupOf(path)))]
  return groups
    .map((group) => `${titleOf(group)}\n\n${tableOf(entries.filter(([path]) => groupOf(path) === group))}`)
    .join('\n\n')
}

function groupOf(path: string): string {
  return path.includes('.') ? path.slice(0, path.indexOf('.')) : ''
}

function titleOf(group: string): string {
  return group === '' ? '### At the top' : `### \`${group}\``
}

function tableOf(members: readonly (readonly [string, OptionSchema])[]): string {
  const rows = members.map(([path, option]) => {
    const cells = [`\`${path}\``, `\`${variableOf(path)}\``, option.description, defaultOf(option)]
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  })
  return ['| option | variable | | default |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

function defaultOf({ default: value }: OptionSchema): string {
  return value === undefined ? '' : `\`${JSON.stringify(value)}\``
}
