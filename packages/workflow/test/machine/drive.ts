import type { HookPart, TaskPart } from '@dureq/dag'
import type { JsonText, Mail, Random, WorkflowStatus } from '@dureq/types'
import { checkInstance, checkStep } from './checks.ts'
import {
  type JobEnd,
  type MemoryInstance,
  type MemoryJob,
  type MemoryOptions,
  MemoryWorkflows,
} from './memory-workflows.ts'
import { deedOf, type ScriptedWorkflow } from './script.ts'

/** What driving a workflow to its end has shown. */
export interface Driven {
  readonly status: WorkflowStatus
  readonly output: JsonText | undefined
  readonly successes: ReadonlyMap<string, number>
  readonly parts: ReadonlyMap<string, TaskPart | HookPart>
}

/**
 * Carries a scripted workflow out in an order drawn at random, one move at a time: mail is received late and in pieces, messages
 * come again, it is suspended and resumed, and commits carry little. Checks what must hold after every move.
 */
export function drive(
  { definition, script }: ScriptedWorkflow,
  random: Random,
  options: Pick<MemoryOptions, 'apart'> = {},
): Driven {
  const most = 1 + Math.floor(random() ** 2 * 20)
  const world = new MemoryWorkflows({ ...options, most, onStep: checkStep })
  const root = world.start(definition)
  const runs = new Map<string, number>()
  const successes = new Map<string, number>()
  const old: { to: MemoryInstance; message: Mail }[] = []
  let suspends = 3
  let repeats = 20

  const finish = (job: MemoryJob): void => {
    const { workflowTask: name } = job
    if (job.cancelReason !== undefined) return world.endJob(job, {})
    const before = runs.get(name) ?? 0
    runs.set(name, before + 1)
    const deed = deedOf(script.get(name) ?? { act: 'return', output: 'null' }, before)
    if (deed.kind === 'returned') successes.set(name, (successes.get(name) ?? 0) + 1)
    world.endJob(job, endOf(deed))
  }

  for (let step = 0; step < 20_000; step++) {
    const moves: (() => void)[] = []
    for (const instance of world.instances.values()) {
      if (instance.mail.length > 0) moves.push(() => receive(world, instance, { random, old }))
      const signal = signalFor(instance, script)
      if (signal !== undefined) moves.push(() => void world.send(signal))
    }
    for (const job of world.jobs.values()) if (job.status === 'open') moves.push(() => finish(job))
    if (suspends > 0 && root.head.status === 'running' && random() < 0.02) {
      suspends--
      world.send({
        to: root.head.id,
        message: { kind: 'suspend' },
        allowed: ['running'],
        becomes: 'suspended',
      })
    } else if (root.head.status === 'suspended' && (moves.length === 0 || random() < 0.05)) {
      world.send({
        to: root.head.id,
        message: { kind: 'resume' },
        allowed: ['suspended'],
        becomes: 'running',
      })
    } else if (moves.length > 0) {
      const again = old[Math.floor(random() * old.length)]
      if (again !== undefined && repeats > 0 && random() < 0.05) {
        repeats--
        again.to.mail.push(again.message)
      } else (moves[Math.floor(random() * moves.length)] as () => void)()
    } else {
      const time = world.nextTimer()
      if (time === undefined) break
      world.passTo(time)
    }
    for (const instance of world.instances.values()) checkInstance(world, instance)
  }
  return { status: root.head.status, output: root.head.output, successes, parts: root.parts }
}

function receive(
  world: MemoryWorkflows,
  instance: MemoryInstance,
  { random, old }: { random: Random; old: { to: MemoryInstance; message: Mail }[] },
): void {
  const count = 1 + Math.floor(random() * instance.mail.length)
  for (const message of instance.mail.slice(0, count)) {
    if (['jobEnded', 'childEnded', 'timerDue', 'proceed'].includes(message.kind))
      old.push({ to: instance, message })
  }
  world.receive(instance, count)
}

function endOf(deed: ReturnType<typeof deedOf>): JobEnd {
  switch (deed.kind) {
    case 'returned':
      return { output: deed.output }
    case 'failed':
      return { status: 'dead', error: 'boom' }
    case 'skipped':
      return { skipped: 'no need' }
  }
}

/** The signal some wait of an instance waits for, unless it is on its way. */
function signalFor(instance: MemoryInstance, script: ScriptedWorkflow['script']) {
  for (const [name, part] of instance.parts) {
    const task = name.slice(2)
    const act = script.get(task)
    if (act?.act !== 'signal' || part.status !== 'running') continue
    const signal = `signal-${task}`
    if (instance.signals.some((pending) => pending.name === signal)) continue
    const id = `s${instance.mail.length}-${signal}-${instance.head.version}`
    return {
      to: instance.head.id,
      message: { kind: 'signal', id, name: signal, payload: act.output },
      allowed: ['running', 'suspended'],
    } as const
  }
  return undefined
}
