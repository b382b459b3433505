import type { Mail } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { parseMail, parseSignal } from './mail-text.ts'
import { sendingArgs } from './sending-args.ts'

const none = (): string => {
  throw new Error('no output has a key of its own')
}

describe('a message', () => {
  it('is JSON in most cases', () => {
    const text = 'M1700\n{"kind":"timerDue","name":"a\\nb","dueAt":5}'
    expect(parseMail(text, none)).toEqual({ kind: 'timerDue', name: 'a\nb', dueAt: 5, at: 1700 })
  })

  it('is read as it was sent, signals with everything included', () => {
    const messages = [
      { kind: 'cancel', reason: 'why' },
      { kind: 'signal', id: 's1', name: 'go "\n"', payload: '{"a":\n1}', dedupeKey: 'k\n1' },
      { kind: 'signal', id: 's2', name: 'go' },
    ] as const
    for (const message of messages) {
      const [, , , , text = '', signal] = sendingArgs({ to: 'x', message, allowed: ['running'] })
      const letter = signal === '' ? 'M' : 'S'
      expect(parseMail(`${letter}1700\n${text}`, none)).toEqual({ ...message, at: 1700 })
    }
  })

  const ends: Readonly<Record<string, readonly [text: string, mail: Partial<Mail>]>> = {
    'with an output': ['J9\nid\nc\n"t"\n\n\n\n{"a":\n1}', { status: 'completed', output: '{"a":\n1}' }],
    'without one': ['J9\nid\nc\n"t"\n\n\n\n', { status: 'completed' }],
    'with an output elsewhere': ['B9\nid\nc\n"t"\n\n\n\n', { status: 'completed', output: '"big"' }],
    'with an error': ['J9\nid\nx\n"t"\n"boom\\n"\n\n\n', { status: 'dead', error: 'boom\n' }],
    'by a cancel': ['J9\nid\nk\n"t"\n"why"\n\n\n', { status: 'cancelled', error: 'why' }],
    'by a skip': ['J9\nid\nc\n"t"\n\n"skip: dull"\n\n', { status: 'completed', skipped: 'dull' }],
    'by a skip without a reason': ['J9\nid\nc\n"t"\n\n"skip"\n\n', { status: 'completed', skipped: '' }],
    'that continues as new': [
      'J9\nid\nc\n"t"\n\n\n"{\\"n\\":1}"\n',
      { status: 'completed', continueAsNew: '{"n":1}' },
    ],
  }
  for (const [name, [text, mail]] of Object.entries(ends)) {
    it(`tells of the end of a job ${name}`, () => {
      const common = { kind: 'jobEnded', jobId: 'id', task: 't', at: 9 }
      expect(parseMail(text, () => '"big"')).toEqual({ ...common, ...mail })
    })
  }
})

it('a pending signal has the time it was recorded', () => {
  expect(parseSignal('S1700\ns1\n"go"\n"k"\n1')).toEqual({
    id: 's1',
    name: 'go',
    payload: '1',
    sentAt: 1700,
    dedupeKey: 'k',
  })
})
