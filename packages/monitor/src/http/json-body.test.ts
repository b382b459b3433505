import { ValidationError } from '@dureq/types'
import { expect, it } from 'vitest'
import { belowRoot, parseBody } from './json-body.ts'

const parse = (text: string): unknown => parseBody(Buffer.from(text))

it('reads JSON as it is, whatever its members are called', () => {
  expect(parse('{"a":[1,null,"ü"]}')).toEqual({ a: [1, null, 'ü'] })
  expect(Object.keys(parse('{"__proto__":1,"constructor":2}') as object)).toEqual([
    '__proto__',
    'constructor',
  ])
})

it('takes no body for an empty object', () => {
  expect(parse('')).toEqual({})
})

it('says what is wrong with the body, or where', () => {
  const fault = (body: Buffer): unknown => {
    try {
      return parseBody(body)
    } catch (error) {
      return ValidationError.is(error) && error.fields[0]
    }
  }
  expect(fault(Buffer.from('{"a":'))).toMatchObject({
    field: 'body',
    problem: expect.stringContaining('JSON'),
  })
  expect(fault(Buffer.from([0x22, 0xff, 0x22]))).toEqual({ field: 'body', problem: 'is not valid UTF-8' })
  expect(fault(Buffer.from('{"payload":[90071992547409930]}'))).toMatchObject({ field: 'payload[0]' })
})

it('takes the root off a path', () => {
  expect(belowRoot('body', 'body')).toBe('body')
  expect(belowRoot('body.tags[0]', 'body')).toBe('tags[0]')
  expect(belowRoot('body["a b"]', 'body')).toBe('["a b"]')
})
