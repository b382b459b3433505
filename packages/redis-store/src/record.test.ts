import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bodyOf, parseRecord, presentRun, toFiledRun, toJob, toLease } from './record.ts'

const nameOf = (number: string): string => ({ '1': 'mail.send', '2': 'build-7', '3': 'node-a' })[number] ?? ''
const id = '1k85rsh7m00000221eqk'

/** A record with these fields in their places, all others empty. */
function text(fields: Readonly<Record<number, string | number>>, rest: string): string {
  return [...Array.from({ length: 28 }, (_, i) => String(fields[i] ?? '')), rest].join('\n')
}

describe('a record', () => {
  it('of a plain waiting job is the job', () => {
    const record = parseRecord(text({ 0: 'w', 18: 1, 20: 5, 21: 1000, 25: 4 }, '"hi"'))
    expect(toJob(id, record, nameOf, {})).toEqual({
      id,
      taskType: 'mail.send',
      payload: '"hi"',
      schedule: { type: 'IMMEDIATE' },
      status: 'pending',
      attempt: 0,
      consecutiveErrors: 0,
      priority: 5,
      tags: [],
      headers: {},
      createdAt: 1000,
      updatedAt: 1000,
    })
  })

  it('splits payload and output by bytes, whatever they hold', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (payload, output) => {
        const size = Buffer.byteLength(payload)
        const record = parseRecord(text({ 0: 'c', 18: 1, 20: 5, 21: 1, 25: size }, payload + output))
        expect(bodyOf(record)).toEqual({ payload, output })
      }),
    )
  })

  it('keeps line breaks of a payload, which is last', () => {
    const payload = '{\n  "a": 1\n}'
    expect(bodyOf(parseRecord(text({ 0: 'w', 25: payload.length }, payload))).payload).toBe(payload)
  })

  it('of a leased job is the lease and its run', () => {
    const fields = {
      0: 'l',
      1: 1,
      3: 2,
      4: 2000,
      5: 'tok',
      6: 3,
      7: 2000,
      8: 3,
      9: 30_000,
      18: 1,
      19: 2,
      20: 9,
      21: 1000,
    }
    const record = parseRecord(text({ ...fields, 25: 2 }, '{}'))
    expect(toLease(id, record, nameOf, { claimableAt: 1500, payload: '' })).toMatchObject({
      runId: `${id}-2`,
      token: 'tok',
      attempt: 2,
      maxAttempts: 3,
      leaseMs: 30_000,
      version: 'build-7',
      claimableAt: 1500,
      claimedAt: 2000,
    })
    expect(presentRun(id, record, nameOf, '7')).toEqual({
      id: `${id}-2`,
      jobId: id,
      nodeId: 'node-a',
      status: 'running',
      attempt: 2,
      startedAt: 2000,
      progress: '7',
    })
  })

  it('of a dead job names the error in result and run', () => {
    const record = parseRecord(
      text(
        { 0: 'x', 1: 1, 3: 1, 4: 3000, 6: 3, 7: 2000, 12: '"boom\\n"', 14: 'failed', 18: 1, 20: 5, 21: 1 },
        '{}',
      ),
    )
    expect(toJob(id, record, nameOf, {})).toMatchObject({
      lastError: 'boom\n',
      result: { status: 'dead', error: 'boom\n' },
    })
    expect(presentRun(id, record, nameOf, undefined)).toMatchObject({
      status: 'failed',
      error: 'boom\n',
      finishedAt: 3000,
      durationMs: 1000,
    })
  })
})

describe('a filed run', () => {
  it('is read back', () => {
    expect(toFiledRun(id, `1\tfailed\t1\t3\t100\t250\t"a\\tb"\t200\t{"p":1}`, nameOf)).toEqual({
      id: `${id}-1`,
      jobId: id,
      nodeId: 'node-a',
      status: 'failed',
      attempt: 1,
      startedAt: 100,
      finishedAt: 250,
      durationMs: 150,
      error: 'a\tb',
      lastHeartbeatAt: 200,
      progress: '{"p":1}',
    })
  })
})
