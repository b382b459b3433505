import { StoreUnavailableError } from '@dureq/client'
import { expect, it } from 'vitest'
import { Producer } from './fixtures/producer.ts'
import { startSystem } from './fixtures/system.ts'

const COUNT = 2_000
const options = { redisArgs: ['--appendonly', 'yes', '--appendfsync', 'always'], commandTimeoutMs: 1_000 }

it('keeps every acknowledged job when Redis is killed and comes back with its append-only file', async () => {
  const { client, diary, events, node, redis } = await startSystem('redis', options)
  await Promise.all([node(), node()])
  const producer = new Producer(client)

  // A short outage: calls under way are repeated.
  const firstHalf = producer.produce(numbers(0, COUNT / 2))
  await producer.acknowledgedAtLeast(300)
  await redis?.kill()
  await redis?.start()
  await firstHalf
  // A long one: calls give up.
  const secondHalf = producer.produce(numbers(COUNT / 2, COUNT))
  await producer.acknowledgedAtLeast(COUNT / 2 + 300)
  const givenUp = producer.nextRejection()
  await redis?.kill()
  await givenUp
  await redis?.start()
  await secondHalf

  const refusals = [...producer.rejected.values()]
  expect(refusals.filter((error) => !StoreUnavailableError.is(error))).toEqual([])
  const acknowledged = [...producer.acknowledged]
  expect(acknowledged.length + refusals.length).toBe(COUNT)
  await Promise.all(acknowledged.map((id) => client.waitForResult(id, { timeoutMs: 60_000 })))

  // Of a job whose call was rejected nobody knows whether it exists: asked for again, it exists once.
  await producer.produce([...producer.rejected.keys()])
  expect(new Set(producer.acknowledged).size).toBe(COUNT)
  await events.seen(COUNT, 'job.completed')
  expect((await client.stats()).jobCounts).toMatchObject({
    completed: COUNT,
    pending: 0,
    running: 0,
    dead: 0,
  })
  expect(events.jobsOf('job.completed')).toEqual(producer.acknowledged.toSorted())
  // Handlers may have run again where Redis lost the way to tell of their end, but none was left out.
  const ran = new Set(diary.executions().map((execution) => execution.jobId))
  expect(ran).toEqual(new Set(producer.acknowledged))
})

function* numbers(from: number, to: number): Generator<number> {
  for (let number = from; number < to; number++) yield number
}
