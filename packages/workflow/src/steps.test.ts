import { initialState, type TaskPart } from '@dureq/dag'
import {
  createCaller,
  createComplaints,
  createHookCaller,
  createPartCache,
  createSteps,
  type EngineTools,
  systemClock,
} from '@dureq/runtime'
import {
  createIdMinter,
  type InstanceCommit,
  type InstanceHead,
  type MailBag,
  noChanges,
  type Part,
  partitionOf,
  type Store,
  StoreUnavailableError,
  silentLogger,
  withPartition,
} from '@dureq/types'
import { describe, expect, it } from 'vitest'
import type { Known } from './machine/known.ts'
import type { Reduced, Step } from './machine/reduce.ts'
import type { StoredPart } from './open-case.ts'
import { createWorkflowMachine } from './workflow-machine.ts'

const definition = { name: 'w', tasks: [{ name: 'a', taskType: 'x' }] }
// As that of a large workflow: every task has a part of its own.
const { tasks: _, ...counters } = initialState(definition)
const state = JSON.stringify(counters)
const running: TaskPart = { status: 'running', open: 0, live: 0, jobId: 'job-a' }
const newId = createIdMinter({ clock: systemClock, random: () => 0 })

const step: Step = {
  status: 'running',
  state,
  ...noChanges,
}
const done = (parts: Iterable<[string, TaskPart]> = [], changes: Partial<Step> = {}): Reduced => ({
  kind: 'done',
  commit: { ...step, ...changes },
  parts: new Map(parts),
})
const needs = (of: Partial<Extract<Reduced, { kind: 'needs' }>['needs']>): Reduced => ({
  kind: 'needs',
  needs: { parts: [], outputs: [], marked: [], signals: [], ...of },
})

function bagOf(id: string, head: Partial<InstanceHead> = {}): MailBag {
  const whole: InstanceHead = {
    id,
    kind: 'workflow',
    name: 'w',
    status: 'running',
    version: 5,
    size: 0,
    definitionHash: 'known',
    state,
    createdAt: 0,
    updatedAt: 0,
    ...head,
  }
  return { head: whole, messages: [{ kind: 'proceed', at: 1 }] }
}

/** A store that answers from a script, and notes what it is asked. */
function setUp(reduce: (known: Known) => Reduced, answers: Answers = {}) {
  const calls: string[] = []
  const commits: InstanceCommit[][] = []
  const logged: unknown[] = []
  const { outcomes = (batch) => batch.map(() => 'committed' as const), parts = {} } = answers
  const mailboxes: Partial<Store['mailboxes']> = {
    definitions: async (hashes) =>
      hashes.map((hash) => (hash === 'known' ? JSON.stringify(definition) : undefined)),
    parts: async (id, names) => {
      calls.push(`parts ${id} ${names.join()}`)
      return names.map((name) => parts[name] && ({ name, text: JSON.stringify(parts[name]) } satisfies Part))
    },
    marked: async (id, set) => {
      calls.push(`marked ${id} ${set}`)
      return { names: [], total: 0 }
    },
    signals: async (id, { name }) => {
      calls.push(`signals ${id} ${name}`)
      return []
    },
    commit: async (_, batch) => {
      commits.push([...batch])
      return { outcomes: outcomes(batch), ended: [] }
    },
  }
  const jobs: Partial<Store['jobs']> = {
    get: async (ids) => {
      calls.push(`jobs ${ids.join()}`)
      return ids.map((id) => ({ id, result: { status: 'completed', output: `"${id}"` } }) as never)
    },
  }
  const instances: Partial<Store['instances']> = {
    get: async (ids) => {
      calls.push(`instances ${ids.join()}`)
      return ids.map((id) => ({ id, output: `"${id}"` }) as never)
    },
  }
  const logger = { ...silentLogger, error: (line: { err?: unknown }) => void logged.push(line.err) }
  const store = { mailboxes, jobs, instances } as Store
  const tools: EngineTools = {
    store,
    nodeId: 'n',
    clock: systemClock,
    random: () => 0,
    newId,
    logger,
    caller: createCaller(),
    onEnded: () => {},
  }
  const cache = createPartCache<StoredPart>({ mostParts: 100, newHasNone: true })
  const steps = createSteps({
    ...tools,
    cache,
    machine: createWorkflowMachine({ store, reduce }),
    hooks: createHookCaller({ ...tools, ends: {} }),
    complaints: createComplaints(logger, 'workflow'),
  })
  const carryOn = (...bags: readonly MailBag[]): Promise<void> => steps.carryOn({ bags, now: 1 })
  return { carryOn, cache, calls, commits, logged }
}

interface Answers {
  readonly outcomes?: (batch: readonly InstanceCommit[]) => readonly ('committed' | 'conflict' | 'unknown')[]
  readonly parts?: Readonly<Record<string, TaskPart>>
}

const idsOf = (commits: readonly InstanceCommit[][]): readonly string[][] =>
  commits.map((batch) => batch.map(({ id }) => id))

describe('steps', () => {
  it('commit what all bags of a round lead to in one call, each under its version', async () => {
    const { carryOn, commits } = setUp(() => done())
    await carryOn(bagOf('i'), bagOf('j', { version: 7 }))
    expect(commits).toMatchObject([
      [
        { id: 'i', version: 5, consumed: 1 },
        { id: 'j', version: 7, consumed: 1 },
      ],
    ])
  })

  it('load what is needed, of all instances together, and commit the others meanwhile', async () => {
    const reduce = ({ head, parts, outputs, marked, signals }: Known): Reduced => {
      if (head.id === 'ready') return done()
      if (parts.get('t:a') === undefined || signals.get('go') === undefined)
        return needs({ parts: ['t:a'], signals: ['go'], marked: [{ set: 'ready', offset: 0, limit: 5 }] })
      expect(marked.get('ready 0 5')).toEqual({ names: [], total: 0 })
      return outputs.get('a') === undefined ? needs({ outputs: ['a'] }) : done()
    }
    const { carryOn, calls, commits } = setUp(reduce, { parts: { 't:a': running } })
    await carryOn(bagOf('i'), bagOf('ready'), bagOf('j'))
    expect(idsOf(commits)).toEqual([['ready'], ['i', 'j']])
    expect(calls.toSorted()).toEqual(
      ['i', 'j']
        .flatMap((id) => [`marked ${id} ready`, `parts ${id} t:a`, `signals ${id} go`])
        .concat('jobs job-a,job-a')
        .toSorted(),
    )
  })

  it('know the output of a child, of a wait, and that there is none', async () => {
    const found: unknown[] = []
    const reduce = ({ outputs }: Known): Reduced => {
      if (outputs.get('a') === undefined) return needs({ outputs: ['a', 'b', 'c'] })
      found.push(...['a', 'b', 'c'].map((task) => outputs.get(task)))
      return done()
    }
    const parts = {
      't:a': { status: 'completed', open: 0, live: 0, childId: 'child' },
      't:b': { status: 'completed', open: 0, live: 0, output: '"signal"' },
    } as const
    await setUp(reduce, { parts }).carryOn(bagOf('i'))
    expect(found).toEqual(['"child"', '"signal"', null])
  })

  it('need not load again what they have committed', async () => {
    const seen: unknown[] = []
    const reduce = ({ parts }: Known): Reduced => {
      if (parts.get('t:a') === undefined) return needs({ parts: ['t:a'] })
      seen.push(parts.get('t:a'))
      return done([['t:a', running]])
    }
    const { carryOn, calls } = setUp(reduce)
    await carryOn(bagOf('i'))
    await carryOn(bagOf('i', { version: 6 }))
    expect(seen).toEqual([null, running])
    expect(calls).toEqual(['parts i t:a'])
    await carryOn(bagOf('i', { version: 8 })) // somebody else has changed it
    expect(calls).toHaveLength(2)
  })

  it('forget what they know of an instance that has ended', async () => {
    const reduce = ({ parts }: Known): Reduced =>
      parts.get('t:a') === undefined
        ? needs({ parts: ['t:a'] })
        : done([['t:a', running]], { status: 'completed' })
    const { carryOn, calls } = setUp(reduce)
    await carryOn(bagOf('i'))
    await carryOn(bagOf('i', { version: 6, status: 'completed' }))
    expect(calls).toHaveLength(2)
  })

  it('forget what they know of an instance whose step was not carried out', async () => {
    const reduce = ({ parts }: Known): Reduced =>
      parts.get('t:a') === undefined ? needs({ parts: ['t:a'] }) : done([['t:a', running]])
    const { carryOn, calls, logged } = setUp(reduce, { outcomes: () => ['conflict'] })
    await carryOn(bagOf('i'))
    await carryOn(bagOf('i', { version: 6 }))
    expect(calls).toHaveLength(2)
    expect(logged).toEqual([])
  })

  it('give ids the partition of their instance', async () => {
    const ids: string[] = []
    const { carryOn } = setUp(((_: Known, __: unknown, tools: { newId: () => string }) => {
      ids.push(tools.newId())
      return done()
    }) as never)
    const id = withPartition(newId(), 7)
    await carryOn(bagOf(id))
    expect(ids.map(partitionOf)).toEqual([7])
  })

  it('complain once about an instance that cannot be decided, and carry the others on', async () => {
    const bug = new Error('a bug')
    const reduce = ({ head }: Known): Reduced => {
      if (head.id === 'bad') throw bug
      return done()
    }
    const { carryOn, commits, logged } = setUp(reduce)
    for (let i = 0; i < 2; i++)
      await carryOn(bagOf('bad'), bagOf('i'), bagOf('gone', { definitionHash: 'gone' }))
    expect(idsOf(commits)).toEqual([['i'], ['i']])
    expect(logged).toEqual([new Error('its definition gone is gone'), bug])
  })

  it('complain about one that is never decided', async () => {
    const { carryOn, logged } = setUp(() => needs({ parts: ['t:a'] }))
    await carryOn(bagOf('i'))
    expect(logged).toEqual([new Error('what it needs is never enough')])
  })

  it('complain about one whose step the store cannot take, and carry out those that came with it', async () => {
    const bug = new Error('a bug')
    const outcomes: Answers['outcomes'] = (batch) => {
      if (batch.some(({ id }) => id === 'bad')) throw bug
      return batch.map(() => 'committed')
    }
    const { carryOn, commits, logged } = setUp(() => done(), { outcomes })
    await carryOn(bagOf('i'), bagOf('bad'), bagOf('j'))
    expect(idsOf(commits)).toEqual([['i', 'bad', 'j'], ['i'], ['bad'], ['j']])
    expect(logged).toEqual([bug])
  })

  it('reject when the store is away', async () => {
    const outcomes = (): never => {
      throw new StoreUnavailableError(true)
    }
    const { carryOn, commits, logged } = setUp(() => done(), { outcomes })
    await expect(carryOn(bagOf('i'), bagOf('j'))).rejects.toThrow('store unavailable')
    expect([commits.length, logged]).toEqual([1, []])
  })
})
