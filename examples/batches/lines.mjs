import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

/**
 * The lines of a file as items of a batch, one after the other as they are asked for.
 *
 * @param {string} path
 */
export async function* itemsOf(path) {
  let number = 0
  for await (const line of createInterface({
    input: createReadStream(path),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    const [name = '', price = ''] = line.split(',')
    yield { id: `line-${++number}`, payload: { name, price } }
  }
}
