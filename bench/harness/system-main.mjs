// The process of one system, see system-process.mjs. It ends with the connection to whoever forked it.

import { scenarios } from '../scenarios/index.mjs'
import { loadSystem } from '../systems/index.mjs'
import { messageOf } from './message-of.mjs'
import { connectRedis } from './redis-connection.mjs'
import { createRedisMeter } from './redis-meter.mjs'
import { createStage } from './stage.mjs'

process.once('disconnect', () => process.exit())

const system = await loadSystem(process.argv[2] ?? '')
/** @type {import('./redis-meter.mjs').RedisMeter | undefined} */
let redis

process.on('message', (order) => void answer(/** @type {import('./system-process.mjs').Order} */ (order)))

/** @param {import('./system-process.mjs').Order} order */
async function answer(order) {
  /** @type {import('./system-process.mjs').Outcome} */
  let outcome
  try {
    outcome = { values: await measure(order) }
  } catch (error) {
    outcome = { failure: messageOf(error) }
  }
  if (process.connected) process.send?.(outcome)
}

/** @param {import('./system-process.mjs').Order} order */
async function measure({ scenario: id, size, place }) {
  const scenario = scenarios.find((each) => each.id === id)
  if (scenario === undefined) throw new Error(`no scenario ${id}`)
  redis ??= createRedisMeter(await connectRedis(place.redisPort))
  const stage = createStage({ system, size, redis, place })
  try {
    return await scenario.run(stage)
  } finally {
    await stage.end()
  }
}
