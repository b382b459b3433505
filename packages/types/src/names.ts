import type { Faults } from './faults.ts'

/** The kinds of names users choose, and the most characters (UTF-16 units) each may have. */
export const nameLimits = {
  taskType: 200,
  uniqueKey: 512,
  requestId: 200,
  concurrencyKey: 200,
  group: 200,
  tag: 100,
  headerName: 200,
  version: 100,
  tier: 50,
  nodeId: 200,
  actor: 200,
  step: 200,
  workflow: 200,
  workflowTask: 200,
  batch: 200,
  batchItem: 200,
  signal: 200,
} as const

/** A kind of name; `nameLimits` has the greatest length of each. */
export type NameKind = keyof typeof nameLimits

/** Most tags a job may have. */
export const maxTags = 50

/** Most headers a job may have. Their size in bytes is limited besides, see `SizeLimits`. */
export const maxHeaders = 100

/**
 * Adds a fault unless the value is a name of its kind: a text that is not empty, not too long, and has neither
 * control characters nor half surrogates (stores would change those, and two names could become one).
 */
export function checkName(kind: NameKind, value: unknown, field: string, faults: Faults): void {
  const limit = nameLimits[kind]
  if (typeof value !== 'string') faults.add(field, 'must be a text')
  else if (value === '') faults.add(field, 'must not be empty')
  else if (value.length > limit) faults.add(field, `must not be longer than ${limit} characters`, limit)
  else if (/[\p{Cc}\p{Cs}]/u.test(value)) faults.add(field, 'must not contain control characters')
}

/** Adds a fault unless the value is a task type a job can have: a name that is no pattern. */
export function checkTaskType(value: unknown, field: string, faults: Faults): void {
  checkName('taskType', value, field, faults)
  if (typeof value === 'string' && value.endsWith('*')) {
    faults.add(field, 'must not end in *: only handlers have patterns')
  }
}

/** Adds a fault unless the value is a task type or a pattern (`order.*`, `*`) a handler can have. */
export function checkHandlerName(value: unknown, field: string, faults: Faults): void {
  checkName('taskType', value, field, faults)
}

/** Adds a fault for every tag that is no name, appears twice, or is one too many. */
export function checkTags(tags: readonly unknown[], field: string, faults: Faults): void {
  if (tags.length > maxTags) faults.add(field, `must not be more than ${maxTags}`, maxTags)
  tags.forEach((tag, i) => {
    checkName('tag', tag, `${field}[${i}]`, faults)
    if (tags.indexOf(tag) < i) faults.add(`${field}[${i}]`, 'must not be there twice')
  })
}

/** Adds a fault for every header whose name is no name or whose value is no text, and for too many of them. */
export function checkHeaders(
  headers: Readonly<Record<string, unknown>>,
  field: string,
  faults: Faults,
): void {
  const entries = Object.entries(headers)
  if (entries.length > maxHeaders) faults.add(field, `must not be more than ${maxHeaders}`, maxHeaders)
  for (const [name, value] of entries) {
    checkName('headerName', name, `${field}[${JSON.stringify(name)}]`, faults)
    if (typeof value !== 'string') faults.add(`${field}[${JSON.stringify(name)}]`, 'must be a text')
    else if (/\p{Cs}/u.test(value)) faults.add(`${field}[${JSON.stringify(name)}]`, 'must be valid Unicode')
  }
}
