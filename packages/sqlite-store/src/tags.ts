import type { Connection } from './connection.ts'
import type { StoredFiring } from './stored-firing.ts'

/** Lets a new job be found by its tags. */
export function insertTags(db: Connection, { seq, tags }: StoredFiring): void {
  for (const tag of tags) db.run('INSERT OR IGNORE INTO tags (tag, seq) VALUES (?, ?)', [tag, seq])
}

/** Forgets the tags of a job that is removed. */
export function deleteTags(db: Connection, { seq, tags }: StoredFiring): void {
  for (const tag of tags) db.run('DELETE FROM tags WHERE tag = ? AND seq = ?', [tag, seq])
}
