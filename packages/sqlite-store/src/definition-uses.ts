import type { InstanceDefinition } from '@dureq/types'
import type { Connection } from './connection.ts'

/** How one step changes which definitions are in use. */
export interface DefinitionUses {
  /** One more instance has it. */
  take(definition: InstanceDefinition): void
  /** One instance less has it; it goes with the last. */
  drop(hash: string): void
  flush(): void
}

interface Change {
  by: number
  /** Given by whoever takes it. */
  text: string | undefined
}

/** Collects the changes of one step. */
export function createDefinitionUses(db: Connection): DefinitionUses {
  const changes = new Map<string, Change>()
  const change = (hash: string, by: number, text?: string): void => {
    const known = changes.get(hash) ?? { by: 0, text }
    known.by += by
    known.text ??= text
    changes.set(hash, known)
  }
  return {
    take: ({ hash, text }) => change(hash, 1, text),
    drop: (hash) => change(hash, -1),
    flush() {
      for (const [hash, { by, text }] of changes) count(db, hash, { by, text })
      changes.clear()
    },
  }
}

function count(db: Connection, hash: string, { by, text }: Change): void {
  if (by === 0) return
  const isKnown = db.run('UPDATE definition_uses SET count = count + ? WHERE hash = ?', [by, hash]) > 0
  if (!isKnown && text !== undefined) {
    db.run('INSERT INTO definition_uses (hash, count) VALUES (?, ?)', [hash, by])
    db.run('INSERT INTO definitions (hash, text) VALUES (?, ?)', [hash, text])
  } else if (by < 0 && db.run('DELETE FROM definition_uses WHERE hash = ? AND count <= 0', [hash]) > 0) {
    db.run('DELETE FROM definitions WHERE hash = ?', [hash])
  }
}
