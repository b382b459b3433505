import { expect, it } from 'vitest'
import { createMethodTable } from './method-table.ts'

it('knows the methods of a path by the patterns it fits', () => {
  const table = createMethodTable()
  table.add('/api/jobs', ['POST'])
  table.add('/api/jobs', ['GET'])
  table.add('/api/jobs/:id', ['GET', 'HEAD'])
  table.add('/api/jobs/:id/cancel', ['POST'])
  expect(table.of('/api/jobs')).toEqual(['GET', 'POST'])
  expect(table.of('/api/jobs/7')).toEqual(['GET', 'HEAD'])
  expect(table.of('/api/jobs/7/cancel')).toEqual(['POST'])
  for (const path of ['/api', '/api/jobs/', '/api/jobs/7/', '/api/jobs/7/stop'])
    expect(table.of(path)).toEqual([])
})
