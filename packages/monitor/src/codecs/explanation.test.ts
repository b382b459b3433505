import { expect, it } from 'vitest'
import { encodeExplanation } from './explanation.ts'

it('writes names in snake case and moments as texts, inside firings too', () => {
  const holders = [{ runId: 'h-1', firingId: 'h', nodeId: 'n' }]
  const wire = encodeExplanation({
    jobId: 'j',
    status: 'running',
    text: 'because',
    reasons: [
      {
        kind: 'firing',
        firingId: 'j:1',
        reasons: [
          { kind: 'keyFull', key: 'aB', limit: 1, holders },
          { kind: 'rateLimited', of: 'taskType', name: 'sendMail', until: 0 },
        ],
      },
      { kind: 'betweenFirings', nextRunAt: 1_000 },
    ],
  })
  expect(wire).toEqual({
    job_id: 'j',
    status: 'running',
    text: 'because',
    reasons: [
      {
        kind: 'firing',
        firing_id: 'j:1',
        reasons: [
          {
            kind: 'key_full',
            key: 'aB',
            limit: 1,
            holders: [{ run_id: 'h-1', firing_id: 'h', node_id: 'n' }],
          },
          { kind: 'rate_limited', of: 'taskType', name: 'sendMail', until: '1970-01-01T00:00:00Z' },
        ],
      },
      { kind: 'between_firings', next_run_at: '1970-01-01T00:00:01Z' },
    ],
  })
})
