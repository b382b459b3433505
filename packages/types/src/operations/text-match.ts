/** Whether one of the texts has a part in it, in any case of letters (`JobFilter.search`, `DeadFilter.search`). */
export function holdsText(part: string, ...texts: readonly (string | undefined)[]): boolean {
  const wanted = part.toLowerCase()
  return texts.some((text) => text?.toLowerCase().includes(wanted) === true)
}
