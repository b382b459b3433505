import { createHandlerSet, type HandlerSet, type HandlerSpec, handlerFor } from '@dureq/types'
import type { Connection } from './connection.ts'
import type { GroupName } from './line-group.ts'
import type { Recall } from './recall.ts'

/** Answers quickly which handler of a set takes the work of a line. */
export type Matcher = (line: Pick<GroupName, 'type' | 'version'>) => HandlerSpec | undefined

/** The matchers of the sets seen so far. A set never changes: its id is made of its content. */
export interface Matchers {
  /** The matcher of an announced set; undefined when no node announces it. */
  of(db: Connection, setId: string): Matcher | undefined
  /** The same in a step, which remembers what is announced. */
  in(step: SetReader, setId: string): Matcher | undefined
  /** The matcher of a set that was seen before, whether or not it is announced now. */
  known(setId: string): Matcher | undefined
}

interface SetReader {
  readonly db: Connection
  readonly recall: Pick<Recall, 'handlerSets'>
}

/** An empty collection of matchers. */
export function createMatchers(): Matchers {
  const known = new Map<string, Matcher>()
  const read = (db: Connection, setId: string): Matcher | undefined => {
    const row = db.get('SELECT handlers FROM handler_sets WHERE id = ?', [setId])
    if (row === undefined) {
      known.delete(setId)
      return undefined
    }
    let matcher = known.get(setId)
    if (matcher === undefined) {
      matcher = createMatcher(createHandlerSet(JSON.parse(row[0] as string) as HandlerSpec[]))
      known.set(setId, matcher)
    }
    return matcher
  }
  return {
    of: read,
    in({ db, recall }, setId) {
      const remembered = recall.handlerSets.has(setId) ? known.get(setId) : undefined
      if (remembered !== undefined) return remembered
      const matcher = read(db, setId)
      if (matcher !== undefined) recall.handlerSets.add(setId)
      return matcher
    },
    known: (setId) => known.get(setId),
  }
}

function createMatcher(set: HandlerSet): Matcher {
  const known = new Map<string, HandlerSpec | undefined>()
  return ({ type, version }) => {
    const key = `${type}\n${version}`
    if (!known.has(key)) {
      if (known.size > 10_000) known.clear()
      known.set(key, handlerFor(set, type, version === '' ? undefined : version))
    }
    return known.get(key)
  }
}

/** Registers a set. */
export function saveHandlerSet(db: Connection, set: HandlerSet): void {
  db.run('INSERT OR IGNORE INTO handler_sets (id, handlers) VALUES (?, ?)', [
    set.id,
    JSON.stringify(set.handlers),
  ])
}

/** Forgets the sets no node announces. */
export function forgetHandlerSets({ db, recall }: SetReader): void {
  recall.handlerSets.clear()
  db.run(
    'DELETE FROM handler_sets WHERE NOT EXISTS (SELECT 1 FROM nodes WHERE nodes.handler_set = handler_sets.id)',
  )
}
