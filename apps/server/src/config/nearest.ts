/** `: did you mean X?` for the candidate that is most likely meant by a name; nothing when none is near. */
export function nearestTo(name: string, candidates: readonly string[]): string {
  const found = sameEnd(name, candidates) ?? similar(name, candidates)
  return found === undefined ? '' : `: did you mean ${found}?`
}

/** `leaderTtlMs` may be in another group, `DUREQ_LEADER_TTL_MS` be longer. */
function sameEnd(name: string, candidates: readonly string[]): string | undefined {
  const end = name.replace(/^DUREQ_|^.*\./, '').toLowerCase()
  const fitting = candidates.filter((candidate) => endsIn(candidate.toLowerCase(), end))
  return fitting.length === 1 ? fitting[0] : undefined
}

function endsIn(candidate: string, end: string): boolean {
  return candidate.endsWith(`.${end}`) || candidate.endsWith(`_${end}`)
}

/** The candidate with the fewest edits, if at most a third of the name is edited, or two letters. */
function similar(name: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined
  let fewest = Math.max(2, Math.floor(name.length / 3)) + 1
  for (const candidate of candidates) {
    const edits = editsBetween(name.toLowerCase(), candidate.toLowerCase())
    if (edits >= fewest) continue
    fewest = edits
    best = candidate
  }
  return best
}

/** The Levenshtein distance: letters to insert, remove or replace. */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
