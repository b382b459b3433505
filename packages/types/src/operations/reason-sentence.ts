import type { WaitReason } from './explanation.ts'
import type { KeyHolder } from './usage.ts'

/** The reason in plain words: one sentence, of which the job is the subject. Times are UTC. */
export function sentenceOf(reason: WaitReason): string {
  const sentence = sentences[reason.kind] as (reason: WaitReason) => string
  return sentence(reason)
}

type Sentences = {
  readonly [Kind in WaitReason['kind']]: (reason: Extract<WaitReason, { readonly kind: Kind }>) => string
}

const sentences: Sentences = {
  ended: ({ status, error }) => `It has ended: ${status}${because(error)}.`,
  running: ({ holder, since }) => `It is running: ${holderText(holder)} since ${at(since)}.`,
  claimed: ({ holder, since }) =>
    `It is claimed: ${holderText(holder)} since ${at(since)}; its handler has not started.`,
  cancelling: ({ holder, reason }) =>
    `It is being cancelled (${reason}): ${holderText(holder)} has been asked to stop.`,
  delayed: ({ until }) => `It is delayed until ${at(until)}.`,
  retrying: ({ until, attempt, error }) =>
    `Attempt ${attempt} failed${because(error)}; it is tried again at ${at(until)}.`,
  paused: ({ resumeAt }) =>
    `It is paused until ${resumeAt === undefined ? 'somebody resumes it' : at(resumeAt)}.`,
  schedulePaused: () => 'Its schedule is paused.',
  betweenFirings: ({ nextRunAt }) =>
    nextRunAt === undefined ? 'Its schedule fires no more.' : `Its schedule fires next at ${at(nextRunAt)}.`,
  held: ({ behind }) =>
    `Its overlap policy keeps it until ${behind.join(', ') || 'the firing before it'} has ended.`,
  firing: ({ firingId, reasons }) => `Firing ${firingId}: ${reasons.map(sentenceOf).join(' ')}`,
  tierPaused: ({ tier }) => `Its tier ${tier} is paused.`,
  taskTypePaused: ({ taskType }) => `Its task type ${taskType} is paused.`,
  noNode: ({ taskType }) => `No live node has a handler for the task type ${taskType}.`,
  noVersion: ({ version, served }) =>
    `No live node has a handler of version ${version}; there is ${served.join(', ')}.`,
  draining: ({ nodes }) => `Every node with a handler for it drains: ${nodes.join(', ')}.`,
  keyFull: ({ key, limit, holders }) =>
    `It waits for the concurrency key ${key} (limit ${limit}), held by ${heldBy(holders)}.`,
  typeFull: ({ taskType, limit, running }) =>
    `${running} jobs of its task type ${taskType} run, as many as may (limit ${limit}).`,
  tierFull: ({ tier, limit, running }) =>
    `${running} jobs of its tier ${tier} run, as many as may (limit ${limit}).`,
  rateLimited: ({ of, name, until }) =>
    `The rate limit of ${ofWhat[of]} ${name} lets the next one start at ${at(until)}.`,
  throttled: ({ key, until }) =>
    `A handler asked that nothing with the concurrency key ${key} starts before ${at(until)}.`,
  nodesBusy: ({ nodes }) => `Every node with a handler for it is busy: ${nodes.join(', ')}.`,
  inLine: ({ waiting, since }) => `It stands in a line of ${waiting} since ${at(since)}.`,
}

const ofWhat = { tier: 'its tier', taskType: 'its task type', key: 'the concurrency key' } as const

function at(epochMs: number): string {
  return new Date(epochMs).toISOString()
}

function because(error: string | undefined): string {
  return error === undefined ? '' : ` (${error})`
}

function holderText({ runId, nodeId }: KeyHolder): string {
  return `run ${runId} on node ${nodeId}`
}

const NAMED = 3

function heldBy(holders: readonly KeyHolder[]): string {
  const named = holders.slice(0, NAMED).map(holderText).join(', ')
  return holders.length > NAMED ? `${named} and ${holders.length - NAMED} more` : named
}
