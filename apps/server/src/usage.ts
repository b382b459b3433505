import type { OptionSchema } from './config/option.ts'
import { options } from './config/schema.ts'
import { variableOf } from './config/variables.ts'

/** What `--help` prints: how to start, and every option. */
export function usage(): string {
  return `dureq-server [--config FILE] [--check-config | --print-config | --hash-token | --version | --help]

Runs a dureq node. Options come from a file, YAML or JSON, named by --config or DUREQ_CONFIG_PATH, and from the
environment, which wins.

  --check-config  says what is wrong with them and starts nothing
  --print-config  prints every option with its value and who set it; secrets are hidden
  --hash-token    reads a token from standard input and prints what \`api.tokens\` keeps of it
  --version       prints the version

${Object.entries(options).map(describe).join('\n')}
`
}

function describe([path, option]: [string, OptionSchema]): string {
  return `  ${path.padEnd(38)} ${variableOf(path).padEnd(47)} ${option.description}${defaultOf(option)}`
}

/** The default of an option, in words; nothing where it has none. */
function defaultOf({ default: value }: OptionSchema): string {
  const words = value === undefined ? '' : [value].flat().join(',')
  return words === '' ? '' : ` (default: ${words})`
}
