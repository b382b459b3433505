import type { JsonSchema } from '@dureq/types'
import { object, text } from './shared.ts'

/** What parameters mean that more than one route takes. */
const descriptions: Readonly<Record<string, string>> = {
  limit: 'Most rows of the answer',
  offset: 'Rows passed over; far from the start a cursor is needed',
  sort: '`newest` first, or `oldest`',
  cursor: 'Where the answer before said to go on; then there is no offset',
  status: 'Only what has this status',
  name: 'Only what has this name',
  task_type: 'Only of this task type',
  tag: 'Only with this tag',
  search: 'Only with this part in the id or task type, whatever its case',
  job_id: 'Only of this job',
  node_id: 'Only of this node',
  since: 'Only what began at this moment or later, RFC 3339',
  until: 'Only what began at this moment or earlier, RFC 3339',
  path: 'Where the value stands: `customer.id`, `$.a[0]`',
  value: 'JSON is the value it is; what is no JSON is a text',
  days: 'How many days, at most 90',
  section: 'Only this section of what a server says of itself',
  fencing: 'Without meaning: every lock has a fencing number',
  types: 'Only these types, with commas between them; `job.*` is all of a kind',
  after: 'The position after which to go on',
  positions: '`1`: every frame tells its position',
  ticket: 'In place of a token, where no header can be sent',
}

/** Query parameters that may be given, and no others: what has no effect is refused, not ignored. */
export function query(...names: readonly string[]): JsonSchema {
  return object({}, Object.fromEntries(names.map((name) => [name, parameter(name)])))
}

function parameter(name: string): JsonSchema {
  const description = descriptions[name]
  return description === undefined ? text : { ...text, description }
}

/** One page of rows. */
export function page(row: JsonSchema): JsonSchema {
  return object(
    {
      data: { type: 'array', items: row },
      total: { type: 'integer', minimum: 0 },
      total_exact: { type: 'boolean' },
    },
    { cursor: text },
  )
}
