import { type OptionSchema, options } from './config/schema.ts'

/** What `--help` prints: how to start, and every option. */
export function usage(): string {
  return `dureq-server [--config FILE] [--check-config]

Runs a dureq node. Options come from a JSON file, named by --config or DUREQ_CONFIG_PATH, and from the environment,
which wins. --check-config says what is wrong with them and starts nothing.

${Object.entries(options).map(describe).join('\n')}
`
}

function describe([path, option]: [string, OptionSchema]): string {
  const { env, description } = option
  return `  ${path.padEnd(23)} ${env.padEnd(29)} ${description}${defaultOf(option)}`
}

/** The default of an option, in words; nothing where it has none. */
function defaultOf({ default: value }: OptionSchema): string {
  const words = value === undefined ? '' : [value].flat().join(',')
  return words === '' ? '' : ` (default: ${words})`
}
