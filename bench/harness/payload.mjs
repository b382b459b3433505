import { randomBytes } from 'node:crypto'

const SMALL = 200
const ITEM = 50
const LARGE = 2 ** 20

const wrapper = JSON.stringify({ text: '' }).length
const smallText = 'x'.repeat(SMALL - wrapper)
const itemText = 'x'.repeat(ITEM - wrapper)
/** Not to be compressed by whoever stores it. */
const largeText = randomBytes(LARGE)
  .toString('base64')
  .slice(0, LARGE - wrapper)

/** A payload of 200 bytes as JSON; a new object each time, as an application has. */
export const payload = () => ({ text: smallText })

/** A payload of 50 bytes. */
export const itemPayload = () => ({ text: itemText })

/** A payload of 1 MiB as JSON. */
export const largePayload = () => ({ text: largeText })

/**
 * @param {number} count
 * @param {() => object} make
 */
export const payloads = (count, make) => Array.from({ length: count }, make)
