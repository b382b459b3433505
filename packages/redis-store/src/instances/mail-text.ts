import type { InstanceMessage, Mail, PendingSignal } from '@dureq/types'

type JobEnded = Extract<Mail, { kind: 'jobEnded' }>

const STATUS: Readonly<Record<string, JobEnded['status']>> = { c: 'completed', x: 'dead', k: 'cancelled' }

/** Reads a message as lua/lib/mail.lua wrote it; `bigOutput` gives the output of a job that has a key of its own. */
export function parseMail(text: string, bigOutput: () => string): Mail {
  const start = text.indexOf('\n')
  const at = Number(text.slice(1, start))
  const body = text.slice(start + 1)
  switch (text.charAt(0)) {
    case 'S': {
      const { sentAt, ...signal } = parseSignal(text)
      return { kind: 'signal', ...signal, at: sentAt }
    }
    case 'J':
      return parseJobEnded(body, at)
    case 'B':
      return { ...parseJobEnded(body, at), output: bigOutput() }
    default:
      return { ...(JSON.parse(body) as InstanceMessage), at }
  }
}

/** Lines before the output, which may have some of its own. */
const LINES = 6

function parseJobEnded(body: string, at: number): JobEnded {
  const lines = body.split('\n')
  const [jobId = '', letter = '', task = '', error, skipped, continueAsNew, output] = lines
  const ended: { -readonly [Name in keyof JobEnded]: JobEnded[Name] } = {
    kind: 'jobEnded',
    jobId,
    task: JSON.parse(task) as string,
    status: STATUS[letter] as JobEnded['status'],
    at,
  }
  // Not spread: most of them say none of these, and there are as many as there are jobs.
  if (output) ended.output = lines.length === LINES + 1 ? output : lines.slice(LINES).join('\n')
  if (error) ended.error = JSON.parse(error) as string
  if (skipped) ended.skipped = reasonOf(JSON.parse(skipped) as string)
  if (continueAsNew) ended.continueAsNew = JSON.parse(continueAsNew) as string
  return ended
}

/** The event of a skip says `skip` or `skip: <reason>`. */
function reasonOf(skip: string): string {
  return skip.slice('skip: '.length)
}

/** Reads a pending signal. */
export function parseSignal(text: string): PendingSignal {
  const [head = '', id = '', name = '', dedupe, ...payload] = text.split('\n')
  return {
    id,
    name: JSON.parse(name) as string,
    ...(payload[0] ? { payload: payload.join('\n') } : {}),
    sentAt: Number(head.slice(1)),
    ...(dedupe ? { dedupeKey: JSON.parse(dedupe) as string } : {}),
  }
}
