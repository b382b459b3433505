import { expect, test } from 'vitest'
import { silentLogger } from './logger.ts'

test('the silent logger and its children accept everything', () => {
  const logger = silentLogger.child({ component: 'worker' })
  for (const log of [logger.debug, logger.info, logger.warn, logger.error]) {
    expect(log({ err: new Error('x') }, 'failed')).toBeUndefined()
  }
})
