import { type Fault, fieldPath } from '@dureq/types'

/** Most faults told at once. */
const MOST_FAULTS = 100

/** No number with fewer digits and a shorter exponent can be unsafe: most bodies need no closer look. */
const suspicious = /\d{16}|[eE]\+?\d{3}/

const token = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[{}[\],:]/gs

const digitsOnly = /^-?\d+(?:\.0+)?$/

/**
 * The numbers of a JSON text that JavaScript would change: integers beyond 2^53 and what is too large for any
 * double. Each is named by its path below `root`.
 */
export function findUnsafeNumbers(json: string, root: string): readonly Fault[] {
  if (!suspicious.test(json)) return []
  const faults: Fault[] = []
  const place = new Place()
  for (const [part] of json.matchAll(token)) {
    const problem = place.step(part) && problemOf(part)
    if (problem === undefined || problem === false) continue
    faults.push({ field: fieldPath(root, place.path), problem })
    if (faults.length === MOST_FAULTS) break
  }
  return faults
}

function problemOf(number: string): string | undefined {
  if (!Number.isFinite(Number(number))) return 'is too large for a JSON number'
  const whole = number.replace(/\.0+$/, '').replace('-', '')
  const unsafe = digitsOnly.test(number) && whole.length >= 16 && BigInt(whole) > 2n ** 53n
  return unsafe ? 'is an integer beyond 2^53, which cannot be kept exactly: send it as a text' : undefined
}

/** Where in a JSON text a token stands. */
class Place {
  /** The keys from the root to the present value; in an array its index. */
  readonly path: (string | number)[] = []
  readonly #arrays: boolean[] = []
  #awaitsName = false

  /** Goes on by one token of valid JSON; true when it is a number. */
  step(part: string): boolean {
    switch (part) {
      case '{':
      case '[':
        this.#open(part === '[')
        return false
      case '}':
      case ']':
        this.#arrays.pop()
        this.path.pop()
        this.#awaitsName = false
        return false
      case ',':
        this.#next()
        return false
      case ':':
        this.#awaitsName = false
        return false
      default:
        if (!part.startsWith('"')) return true
        if (this.#awaitsName) this.path[this.path.length - 1] = JSON.parse(part) as string
        return false
    }
  }

  #open(array: boolean): void {
    this.#arrays.push(array)
    this.path.push(array ? 0 : '')
    this.#awaitsName = !array
  }

  #next(): void {
    const last = this.path.length - 1
    if (this.#arrays.at(-1) === true) this.path[last] = (this.path[last] as number) + 1
    else this.#awaitsName = true
  }
}
