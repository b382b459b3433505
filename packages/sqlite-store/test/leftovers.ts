import type { Connection } from '../src/connection.ts'
import { dailyNumbers } from '../src/tallies.ts'

/** How many rows of each table have nothing they belong to any more. What the store keeps of itself is not asked for. */
const queries: Readonly<Record<string, string>> = {
  jobs: 'SELECT count(*) FROM jobs',
  firings: 'SELECT count(*) FROM firings WHERE seq NOT IN (SELECT seq FROM jobs)',
  schedules: 'SELECT count(*) FROM schedules WHERE seq NOT IN (SELECT seq FROM jobs)',
  'firings of recurring jobs':
    'SELECT count(*) FROM recurring_firings WHERE job NOT IN (SELECT seq FROM jobs) OR seq NOT IN (SELECT seq FROM jobs)',
  runs: 'SELECT count(*) FROM runs WHERE seq NOT IN (SELECT seq FROM jobs)',
  members: 'SELECT count(*) FROM members WHERE job NOT IN (SELECT seq FROM jobs)',
  ...Object.fromEntries(
    ['tags', 'finished_runs', 'quiet_ends', 'memos', 'audit'].map((table) => [
      table,
      `SELECT count(*) FROM ${table} WHERE seq NOT IN (SELECT seq FROM jobs)`,
    ]),
  ),
  tallies: `SELECT count(*) FROM tallies WHERE kind NOT IN (${dailyNumbers}) AND count <> 0`,
  ...Object.fromEntries(
    [
      'instance_texts',
      'members',
      'parts',
      'marks',
      'mark_counts',
      'mail',
      'timers',
      'signals',
      'signal_keys',
      'instance_audit',
    ].map((table) => [
      `${table} of instances`,
      `SELECT count(*) FROM ${table} WHERE instance NOT IN (SELECT seq FROM instances)`,
    ]),
  ),
  instances: 'SELECT count(*) FROM instances',
  'request ids of instances':
    'SELECT count(*) FROM instance_requests WHERE instance NOT IN (SELECT id FROM instances)',
  'counts of instances':
    'SELECT count(*) FROM instance_counts WHERE count <= 0 OR name NOT IN (SELECT name FROM instances)',
  definitions: 'SELECT count(*) FROM definitions WHERE hash NOT IN (SELECT definition FROM instances)',
  'uses of definitions':
    'SELECT count(*) FROM definition_uses WHERE hash NOT IN (SELECT definition FROM instances)',
  'unique keys': 'SELECT count(*) FROM unique_keys WHERE job_id NOT IN (SELECT id FROM jobs)',
  'request ids': 'SELECT count(*) FROM request_ids WHERE job_id NOT IN (SELECT id FROM jobs)',
  counts: 'SELECT count(*) FROM counts WHERE count <> 0 AND type NOT IN (SELECT type FROM jobs)',
  lines: 'SELECT count(*) FROM lines WHERE type NOT IN (SELECT type FROM jobs)',
  'lines by key':
    'SELECT count(*) FROM key_lines WHERE waiting <= 0 OR key NOT IN (SELECT first_key FROM firings WHERE pos IS NOT NULL)',
  'concurrency keys': `SELECT count(*) FROM concurrency_keys WHERE running < 0 OR parked < 0 OR jobs < running
    OR (jobs + kept = 0 AND wake_at IS NULL) OR (jobs + kept > 0 AND NOT EXISTS (SELECT 1 FROM jobs))`,
  'slots of tiers and types':
    'SELECT count(*) FROM flow_limits WHERE running > (SELECT count(*) FROM firings WHERE due_class = 4)',
  'unserved types': 'SELECT count(*) FROM unserved WHERE type NOT IN (SELECT type FROM lines)',
  events: 'SELECT count(*) FROM events WHERE at <= ?1 - 86400000',
  lanes: 'SELECT count(*) FROM lanes WHERE at <= ?1 - 600000',
  nodes: 'SELECT count(*) FROM nodes WHERE expires_at <= ?1',
  locks: 'SELECT count(*) FROM locks WHERE expires_at <= ?1',
  'handler sets':
    'SELECT count(*) FROM handler_sets WHERE id NOT IN (SELECT handler_set FROM nodes WHERE handler_set IS NOT NULL)',
}

/** Names every trace without an owner, such as `firings: 3`. */
export function leftovers(db: Connection, now: number): readonly string[] {
  return Object.entries(queries).flatMap(([name, sql]) => {
    const count = db.get(sql, sql.includes('?1') ? [now] : [])?.[0] as number
    return count > 0 ? [`${name}: ${count}`] : []
  })
}
