import { expect, it } from 'vitest'
import { isLoopbackHost } from './loopback.ts'

it('tells the names of this machine from others', () => {
  for (const host of ['localhost', 'LOCALHOST:8080', '127.0.0.1', '127.1.2.3:80', '[::1]', '[::1]:8080']) {
    expect(isLoopbackHost(host)).toBe(true)
  }
  for (const host of [
    undefined,
    '',
    'example.com',
    'localhost.example.com',
    '127.0.0.1.example.com',
    '::1',
    '0.0.0.0',
  ]) {
    expect(isLoopbackHost(host)).toBe(false)
  }
})
