const BYTES = 200

const text = 'x'.repeat(BYTES - JSON.stringify({ text: '' }).length)

/** A payload of 200 bytes as JSON; a new object each time, as an application has. */
export const payload = () => ({ text })

/** @param {number} count */
export const payloads = (count) => Array.from({ length: count }, payload)
