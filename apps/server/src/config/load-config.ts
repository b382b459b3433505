import { existsSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { Faults, ValidationError } from '@dureq/types'
import { checkConfig } from './check-config.ts'
import type { Config } from './config.ts'
import { type ConfigFile, readConfigFile } from './config-file.ts'
import { type FromVariable, readEnvironment } from './environment.ts'
import { type Given, getPath, setPath } from './paths.ts'
import { options } from './schema.ts'
import { CONFIG_PATH_VARIABLE } from './variables.ts'

/** Where the configuration comes from. */
export interface ConfigSources {
  /** `--config`; wins over `DUREQ_CONFIG_PATH`. */
  readonly path?: string | undefined
  readonly env: NodeJS.ProcessEnv
  /** What relative paths start from, but for those named in a file. */
  readonly cwd: string
}

/** A configuration, and who said what of it. */
export interface LoadedConfig {
  readonly config: Config
  /** Who set an option: a variable, or a line of the file; undefined for its default. */
  originOf(option: string): string | undefined
}

/**
 * Reads the file, if one is named, and the environment over it, and checks everything.
 *
 * @throws ValidationError naming every fault by its key or variable, and where it was found.
 */
export function loadConfig({ path, env, cwd }: ConfigSources): LoadedConfig {
  const faults = new Faults()
  const named = path ?? env[CONFIG_PATH_VARIABLE]
  const file = named === undefined ? undefined : readConfigFile(resolve(cwd, named), faults)
  const fromEnvironment = readEnvironment(env, faults)
  const given: Given = structuredClone(file?.values ?? {})
  for (const [option, { value }] of fromEnvironment) setPath(given, option, value)
  const config = checkConfig(given, faults) // which is `given`, with the defaults filled in
  const baseOf = (option: string): string =>
    file === undefined || fromEnvironment.has(option) ? cwd : dirname(file.path)
  findFiles(given, baseOf, faults)
  checkDashboard(config, faults)
  const origins = { file, fromEnvironment, cwd }
  throwIfAny(faults, origins)
  return { config, originOf: (option) => originOf(option, origins) }
}

interface Origins {
  readonly file: ConfigFile | undefined
  readonly fromEnvironment: ReadonlyMap<string, FromVariable>
  readonly cwd: string
}

function originOf(option: string, origins: Origins): string | undefined {
  const { file, fromEnvironment } = origins
  const isSet =
    fromEnvironment.has(option) || (file !== undefined && getPath(file.values, option) !== undefined)
  return isSet ? placeOf(option, origins) : undefined
}

/** Where a field is set, or what is around it: `settings.tiers[0].weight` is of whoever set `settings.tiers`. */
function placeOf(field: string, { file, fromEnvironment, cwd }: Origins): string | undefined {
  for (const [option, { variable }] of fromEnvironment) if (isWithin(field, option)) return variable
  const line = file?.lineOf(field)
  if (file === undefined || line === undefined) return undefined
  return `${relative(cwd, file.path)}:${line}`
}

function isWithin(field: string, option: string): boolean {
  return field === option || field.startsWith(`${option}.`) || field.startsWith(`${option}[`)
}

/** Makes the paths of options that name files absolute. */
function findFiles(given: Given, baseOf: (option: string) => string, faults: Faults): void {
  for (const [option, { file, type }] of Object.entries(options)) {
    if (file !== true) continue
    const value = getPath(given, option)
    const find = (name: string, field: string): string =>
      findFile(resolve(baseOf(option), name), field, faults)
    if (type === 'array' && Array.isArray(value))
      setPath(
        given,
        option,
        value.map((name, i) => find(String(name), `${option}[${i}]`)),
      )
    else if (typeof value === 'string') setPath(given, option, find(value, option))
  }
}

function findFile(path: string, field: string, faults: Faults): string {
  if (!existsSync(path)) faults.add(field, `there is no ${path}`)
  return path
}

function checkDashboard({ dashboardDir }: Config, faults: Faults): void {
  if (dashboardDir === undefined || !existsSync(dashboardDir)) return
  if (!existsSync(join(dashboardDir, 'index.html'))) faults.add('dashboardDir', 'has no index.html')
}

/** Says of every fault where it was found, unless its name does so already. */
function throwIfAny({ found }: Faults, origins: Origins): void {
  if (found.length === 0) return
  throw new ValidationError(
    found.map((fault) => {
      const place = placeOf(fault.field, origins)
      return place === undefined ? fault : { ...fault, problem: `${fault.problem} (${place})` }
    }),
  )
}
