/** The variable that names the configuration file. */
export const CONFIG_PATH_VARIABLE = 'DUREQ_CONFIG_PATH'

/** What the variable of a secret ends in when it names the file that holds it. */
export const FILE_SUFFIX = '_FILE'

/** The environment variable of an option: `redis.keyPrefix` is `DUREQ_REDIS_KEY_PREFIX`. */
export function variableOf(path: string): string {
  const name = path.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).replaceAll('.', '_')
  return `DUREQ_${name.toUpperCase()}`
}
