import { ValidationError } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { eventFrame } from './frame.ts'
import { decodeListenQuery } from './listen-query.ts'

const faultsOf = (wire: object): unknown => {
  try {
    decodeListenQuery(wire)
  } catch (error) {
    return ValidationError.is(error) ? error.fields.map(({ field }) => field) : error
  }
  return []
}

describe('what a listener asks for', () => {
  it('is everything from now on, unless it says', () => {
    expect(decodeListenQuery({})).toMatchObject({ types: undefined, after: undefined })
  })

  it('names types, and prefixes that stand for all types below them', () => {
    const typesOf = (types: string): string[] => [...(decodeListenQuery({ types }).types ?? [])]
    expect(typesOf('job.dead')).toEqual(['job.dead'])
    expect(typesOf('leader.*,job.dead,leader.lost')).toEqual(['leader.elected', 'leader.lost', 'job.dead'])
    expect(typesOf('workflow.task.*')).toHaveLength(4)
    expect(typesOf('workflow.*')).toContain('workflow.updated')
    expect(typesOf('batch.*').every((type) => type.startsWith('batch.'))).toBe(true)
  })

  it('is refused with every fault when it makes no sense', () => {
    expect(faultsOf({ types: 'job.dead,Job.dead,job*,*,.*,job.dead.*,', after: '', positions: '2' })).toEqual(
      ['positions', 'after', ...Array.from({ length: 6 }, () => 'types')],
    )
    expect(faultsOf({ after: '1'.repeat(1_001) })).toEqual(['after'])
  })

  it('writes frames with their position when that is wanted', () => {
    const frame = eventFrame({ type: 'job.dead', timestamp: 0, jobId: 'j' }, '7')
    const plain = { type: 'job.dead', job_id: 'j', timestamp: '1970-01-01T00:00:00Z' }
    expect(JSON.parse(decodeListenQuery({}).write(frame))).toStrictEqual(plain)
    expect(JSON.parse(decodeListenQuery({ positions: '0' }).write(frame))).toStrictEqual(plain)
    expect(JSON.parse(decodeListenQuery({ positions: '1' }).write(frame))).toStrictEqual({
      ...plain,
      position: '7',
    })
  })
})
