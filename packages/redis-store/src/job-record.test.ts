import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDefinition } from './definition.ts'
import { toJobRecord } from './job-record.ts'
import { parseLeases } from './leased-run.ts'
import { presentRun, toFiledRun } from './run-record.ts'
import { freshState, parseState } from './state.ts'

const nameOf = (number: string): string => ({ '1': 'mail.send', '2': 'build-7', '3': 'node-a' })[number] ?? ''
const id = '1k85rsh7m00000221eqk'

/** created, size, priority, segment, extra, type, version, run at; payload. */
function definitionText(payload: string, changes: Readonly<Record<number, string>> = {}): string {
  const fields = ['1000', String(payload.length), '5', '0', '', '1', '', '']
  return [...fields.map((field, i) => changes[i] ?? field), payload].join('\n')
}

/** A state with these fields in their places, all others empty. */
function stateText(fields: Readonly<Record<number, string | number>>, output = ''): string {
  return [...Array.from({ length: 26 }, (_, i) => String(fields[i] ?? '')), output].join('\n')
}

function jobOf(definition: string, state?: string) {
  const parsed = parseDefinition(definition)
  const stored = state === undefined ? freshState(parsed) : parseState(state)
  const { payload } = parsed
  return toJobRecord({ id, definition: parsed, state: stored, payload, output: stored.output }, nameOf)
}

describe('a stored job', () => {
  it('without a state waits since it was stored', () => {
    expect(jobOf(definitionText('"hi"'))).toEqual({
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

  it('without a state is scheduled while its time lies after its creation', () => {
    expect(jobOf(definitionText('1', { 7: '5000' }))).toMatchObject({
      status: 'scheduled',
      schedule: { type: 'ONE_TIME', runAt: 5000 },
      nextRunAt: 5000,
      updatedAt: 1000,
    })
  })

  it('keeps payload and output to the letter', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (payload, output) => {
        const job = jobOf(definitionText(payload), stateText({ 0: 'c', 4: 1, 13: 2000 }, output))
        expect([job.payload, job.result?.output]).toEqual([payload, output])
      }),
    )
  })

  it('keeps line breaks of payload and output, which are last', () => {
    const text = '{\n  "a": 1\n}'
    const job = jobOf(definitionText(text), stateText({ 0: 'c', 13: 2000 }, text))
    expect([job.payload, job.result]).toEqual([text, { status: 'completed', output: text }])
  })

  it('that is dead names its error in result and run', () => {
    const text = stateText({ 0: 'x', 7: 3, 8: 1, 9: 1, 13: 3000, 14: 2000, 17: '"boom\\n"', 19: 'failed' })
    expect(jobOf(definitionText('{}'), text)).toMatchObject({
      lastError: 'boom\n',
      result: { status: 'dead', error: 'boom\n' },
    })
    expect(presentRun(id, parseState(text), nameOf, undefined)).toMatchObject({
      status: 'failed',
      error: 'boom\n',
      finishedAt: 3000,
      durationMs: 1000,
    })
  })
})

describe('leases', () => {
  const names = { tokenPrefix: 'c.0.1', claimedAt: 2000, nameOf }
  const plain = ['', '1', '', '', '3', '30000', '']
  const headsText = (...heads: string[][]) => heads.map((head) => `${head.join('\n')}\n`).join('')

  it('are read from heads and definitions', () => {
    const heads = headsText(['1', ...plain], ['1', '1500', '2', '1', '1', '3', '30000', '7'])
    const definitions = [
      definitionText('"a\nb"'),
      definitionText('{"a":1}', { 2: '9', 4: '{"timeoutMs":50}', 6: '2' }),
    ]
    expect(
      parseLeases({ ids: ['x', id], heads, definitions, payloads: [], instances: [] }, names)[1],
    ).toEqual({
      runId: `${id}-2`,
      firingId: id,
      jobId: id,
      token: 'c.0.1.7',
      taskType: 'mail.send',
      payload: '{"a":1}',
      attempt: 2,
      maxAttempts: 3,
      consecutiveErrors: 1,
      priority: 9,
      headers: {},
      version: 'build-7',
      timeoutMs: 50,
      leaseMs: 30_000,
      claimableAt: 1500,
      claimedAt: 2000,
      createdAt: 1000,
    })
  })

  it('stand in the order of their tokens, claimable since they were stored, where nothing else is said', () => {
    const definitions = [definitionText('"a\nb"'), definitionText('2')]
    const texts = {
      ids: ['x', 'y'],
      heads: headsText(['2', ...plain]),
      definitions,
      payloads: [],
      instances: [],
    }
    expect(parseLeases(texts, names)).toMatchObject([
      {
        jobId: 'x',
        token: 'c.0.1.1',
        payload: '"a\nb"',
        claimableAt: 1000,
        attempt: 1,
        consecutiveErrors: 0,
      },
      { jobId: 'y', token: 'c.0.1.2', payload: '2', claimableAt: 1000, attempt: 1, consecutiveErrors: 0 },
    ])
  })

  it('take payloads with keys of their own from behind the leases', () => {
    const definitions = ['"a"', '"b"', '"c"'].map((text, i) =>
      definitionText(i === 1 ? '' : text, i === 1 ? { 1: '@' } : {}),
    )
    const heads = headsText(['3', ...plain])
    const leases = parseLeases(
      { ids: ['x', 'y', 'z'], heads, definitions, payloads: ['"big"'], instances: [] },
      names,
    )
    expect(leases.map(({ payload }) => payload)).toEqual(['"a"', '"big"', '"c"'])
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
