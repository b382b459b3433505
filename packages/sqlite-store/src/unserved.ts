import { dieUnserved, type JobEvent } from '@dureq/types'
import type { Connection } from './connection.ts'
import type { Matcher, Matchers } from './handler-sets.ts'
import { type LineGroup, standingIn } from './line-group.ts'
import { applyMove } from './moves.ts'
import type { Step } from './step.ts'
import type { StoredFiring } from './stored-firing.ts'

/** A task type, and the version that is asked for; empty for none. */
type TypeName = Pick<LineGroup, 'type' | 'version'>

/** Knows what the announced nodes can run. */
export interface ServedTypes {
  isServed(step: Step, name: TypeName): boolean
  /** What was read may not have been committed. */
  forget(): void
}

/** Reads the announced handlers when it is asked, and again when they have changed. */
export function createServedTypes(matchers: Matchers): ServedTypes {
  let known: { readonly version: number; readonly sets: readonly Matcher[] } | undefined
  return {
    isServed({ db, numbers }, name) {
      if (known?.version !== numbers.handlers) {
        const sets = db
          .all('SELECT id FROM handler_sets')
          .flatMap(([id]) => matchers.of(db, id as string) ?? [])
        known = { version: numbers.handlers, sets }
      }
      return known.sets.some((matcher) => matcher(name) !== undefined)
    },
    forget() {
      known = undefined
    },
  }
}

/** What has changed of the groups of lines in a step. */
export interface GroupChanges {
  readonly made: readonly LineGroup[]
  readonly closed: readonly LineGroup[]
}

/** Notes what nobody serves from this step on, and forgets of what was noted what somebody serves or nobody waits for. */
export function followServing(step: Step, { made, closed }: GroupChanges): void {
  const { numbers, news } = step
  if (made.length > 0 || news.handlers) {
    const asked = news.handlers ? step.lines.inTurn().filter((group) => standingIn(group) > 0) : made
    for (const group of asked) {
      if (!step.served.isServed(step, group)) note(step, group)
      else if (numbers.unserved > 0) forget(step, group)
    }
  }
  if (numbers.unserved === 0 || closed.length === 0) return
  for (const group of closed) if (!groupsOf(step, group).some(isStoodIn)) forget(step, group)
}

function isStoodIn(group: LineGroup): boolean {
  return standingIn(group) > 0
}

function groupsOf(step: Step, { type, version }: TypeName): readonly LineGroup[] {
  return step.lines.inTurn().filter((group) => group.type === type && group.version === version)
}

function note(step: Step, { type, version }: TypeName): void {
  const { db, now, settings } = step
  const dueAt = settings.unservedMs === undefined ? null : now + settings.unservedMs
  const sql = 'INSERT OR IGNORE INTO unserved (type, version, since, due_at) VALUES (?, ?, ?, ?)'
  if (db.run(sql, [type, version, now, dueAt]) === 0) return
  step.numbers.unserved++
  step.news.dueAt = Math.min(step.news.dueAt, dueAt ?? step.news.dueAt)
  const event: JobEvent = { type: 'queue.unserved', timestamp: now, taskType: type }
  step.events.push(version === '' ? event : { ...event, version })
}

function forget(step: Step, { type, version }: TypeName): void {
  step.numbers.unserved -= step.db.run('DELETE FROM unserved WHERE type = ? AND version = ?', [type, version])
}

/** Foresees by new settings when what nobody serves has waited too long. */
export function foreseeUnserved(step: Step): void {
  const { numbers, settings, db } = step
  if (numbers.unserved > 0) db.run('UPDATE unserved SET due_at = since + ?', [settings.unservedMs ?? null])
}

/** In groups of more lines than this, what has waited too long is looked for once a second. */
const MANY_LINES = 100
const PAUSE_MS = 1_000

/** Ends up to `limit` jobs that nobody has served for too long; answers with how many. */
export function endUnserved(step: Step, limit: number): number {
  const { numbers, settings, db, now } = step
  if (numbers.unserved === 0 || settings.unservedMs === undefined) return 0
  const rows = db.all('SELECT type, version FROM unserved WHERE due_at <= ?', [now])
  let ended = 0
  for (const [type, version] of rows) {
    if (ended < limit)
      ended += endOf(step, { type: type as string, version: version as string }, limit - ended)
  }
  return ended
}

function endOf(step: Step, name: TypeName, limit: number): number {
  const { db, now, settings } = step
  const { unservedMs = 0 } = settings
  const old = { by: now - unservedMs, left: limit, lines: 0, next: Number.POSITIVE_INFINITY }
  for (const group of groupsOf(step, name)) endInGroup(step, group, old)
  // When there may be more of them, they are looked for again at once.
  if (old.left > 0) {
    const soonest = old.lines > MANY_LINES ? now + PAUSE_MS : now + 1
    const at = Number.isFinite(old.next) ? Math.max(old.next + unservedMs, soonest) : null
    db.run('UPDATE unserved SET due_at = ? WHERE type = ? AND version = ?', [at, name.type, name.version])
    step.news.dueAt = Math.min(step.news.dueAt, at ?? step.news.dueAt)
  }
  return limit - old.left
}

/** How much of what has waited since before an instant was found. */
interface Search {
  readonly by: number
  left: number
  lines: number
  /** Since when the longest waiting one of the others waits. */
  next: number
}

function endInGroup(step: Step, group: LineGroup, search: Search): void {
  step.lines.flushKeyLines()
  const keys = keysOf(step.db, group)
  search.lines += keys.length
  for (const key of group.waiting > 0 ? ['', ...keys] : keys) {
    for (const side of ['back', 'front'] as const) endInLine(step, { ...group, key, side }, search)
  }
}

/** The lines by key of a group, by their keys. */
function keysOf(db: Connection, { tier, type, version }: LineGroup): readonly string[] {
  const sql = 'SELECT key FROM key_lines WHERE tier = ? AND type = ? AND version = ?'
  return db.all(sql, [tier, type, version]).map(([key]) => key as string)
}

type Side = Parameters<Step['firings']['longestInLine']>[0]

/** Those at one side of a line wait the longer the nearer they are to the middle. */
function endInLine(step: Step, side: Side, search: Search): void {
  while (search.left > 0) {
    const asked = Math.min(search.left, 100)
    const found = step.firings.longestInLine(side, asked)
    for (const stored of found) {
      const since = claimableAt(stored)
      if (since > search.by) {
        search.next = Math.min(search.next, since)
        return
      }
      applyMove(step, stored, dieUnserved(stored.firing, step.now))
      search.left--
    }
    if (found.length < asked) return
  }
}

function claimableAt({ firing: { place } }: StoredFiring): number {
  return place.kind === 'line' ? place.claimableAt : 0
}
