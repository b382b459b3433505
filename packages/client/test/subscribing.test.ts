import { describe, expect, it } from 'vitest'
import { type SubscribedEvent, ValidationError } from '../src/index.ts'
import { dies, stores, withRig } from './fixtures/rig.ts'

async function take(events: AsyncIterable<SubscribedEvent>, count: number): Promise<SubscribedEvent[]> {
  const taken: SubscribedEvent[] = []
  for await (const event of events) if (taken.push(event) === count) break
  return taken
}

describe.each(Object.entries(stores))('subscribe on %s', (_, openStore) => {
  it('tells what happens from the call on, in order', () =>
    withRig(openStore, async ({ client, run }) => {
      await client.enqueue('before')
      await client.cancelByUniqueKey('none')
      const events = client.subscribe({ taskType: 't' })
      const job = await client.enqueue('t')
      await client.enqueue('other')
      await run()
      await run(dies)
      expect(await take(events, 4)).toMatchObject([
        { type: 'job.enqueued', jobId: job.id },
        { type: 'job.started', jobId: job.id, nodeId: 'n1' },
        { type: 'job.failed', error: 'boom' },
        { type: 'job.dead' },
      ])
    }))

  it('goes on after a position', () =>
    withRig(openStore, async ({ client }) => {
      const live = client.subscribe({ types: ['job.enqueued'] })
      const jobs = [await client.enqueue('t'), await client.enqueue('t'), await client.enqueue('t')]
      const [first] = await take(live, 1)
      const after = (first as SubscribedEvent).position
      const later = await take(client.subscribe({ types: ['job.enqueued'], after }), 2)
      expect(later.map((event) => event.type !== 'gap' && event.jobId)).toEqual([jobs[1]?.id, jobs[2]?.id])
    }))

  it('ends with its signal, and with the client', () =>
    withRig(openStore, async ({ client }) => {
      const stop = new AbortController()
      const [one, two] = [client.subscribe({ signal: stop.signal }), client.subscribe()]
      const both = Promise.all([take(one, 1), take(two, 1)])
      stop.abort()
      await client.close()
      expect(await both).toEqual([[], []])
    }))

  it('refuses at once what makes no sense', () =>
    withRig(openStore, async ({ client }) => {
      const wrong = { types: ['job.lost'], jobId: 'nope', after: 7, since: 1 } as never
      expect(() => client.subscribe(wrong)).toThrow(ValidationError)
      expect(() => client.subscribe(wrong)).toThrow(
        expect.objectContaining({
          fields: ['since', 'jobId', 'types[0]', 'after'].map((field) => expect.objectContaining({ field })),
        }),
      )
    }))
})
