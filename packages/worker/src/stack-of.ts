import { isError, MAX_STACK_CHARS } from '@dureq/types'

/** Causes told of one error; a circle of them ends here. */
const MOST_CAUSES = 20

/**
 * Where a thrown error came from: its stack and, each behind `[cause]:`, those of its causes, cut to `MAX_STACK_CHARS` code
 * points. Undefined for what is no error, or has no stack.
 */
export function stackOf(thrown: unknown): string | undefined {
  const stacks: string[] = []
  let link = thrown
  while (isError(link) && stacks.length <= MOST_CAUSES) {
    if (typeof link.stack === 'string' && link.stack !== '') stacks.push(link.stack)
    link = link.cause
  }
  return stacks.length === 0 ? undefined : cut(stacks.join('\n[cause]: '))
}

/** A code point is one or two units long, so what lies beyond twice as many units need not be looked at. */
function cut(text: string): string {
  if (text.length <= MAX_STACK_CHARS) return text
  return Array.from(text.slice(0, 2 * MAX_STACK_CHARS))
    .slice(0, MAX_STACK_CHARS)
    .join('')
}
