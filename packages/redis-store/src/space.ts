import type { CallKey } from '@dureq/types'
import { PartitionMismatchError, partitionOf, StoreVersionError, SupersededError } from '@dureq/types'
import type { Gateway, Reply } from './gateway.ts'
import { LAYOUT, type PartitionKeys, partitionKeys } from './keys.ts'
import { createNames, type Names } from './names.ts'

/** What one script call carries beside its keys. */
interface ScriptCall {
  readonly partition: PartitionKeys
  /** Absent for scripts that change nothing a repeat would change again. */
  readonly call?: CallKey
  /** Which piece of a call that was cut; default 0. */
  readonly piece?: number
  readonly args: readonly (string | number)[]
  /** Nothing that follows is to leave with it. */
  readonly leavesNow?: boolean
}

/** A call of a changing script on the only partition. */
export interface CallWithArgs {
  readonly call: CallKey
  readonly args: readonly (string | number)[]
}

/** The answer of a changing script, and what it replied beyond it. */
export interface Answer {
  /**
   * `ok`; `repeat` when the call was carried out before and this is what it was answered then; of a claim also
   * `unknown` (handler set) and `due` (advance first).
   */
  readonly state: 'ok' | 'repeat' | 'unknown' | 'due'
  readonly answer: string
  readonly more: readonly Reply[]
}

/** The partitions of one key space, and running scripts on them. */
export interface Space {
  readonly gateway: Gateway
  readonly partitions: readonly PartitionKeys[]
  /** Partition 0, which holds what there is once: nodes, locks, settings, wake lists. */
  readonly first: PartitionKeys
  readonly names: Names
  /** Runs a changing script; throws SupersededError when a later call of its lane was answered. */
  change(script: string, call: ScriptCall): Promise<Answer>
  /**
   * Runs a settle and the claim after it as one script. Each has its own call and its own answer, as if it had come alone.
   * Only where there is one partition.
   */
  trip(settle: CallWithArgs, claim: CallWithArgs): readonly [Promise<Answer>, Promise<Answer>]
  /** Sends a plain command that reads. */
  read(command: string, ...args: (string | number)[]): Promise<Reply>
  /** Runs a script with no answer to remember. */
  run(script: string, call: ScriptCall): Promise<Reply>
  /** The partition an id names; undefined for one this space does not have. */
  home(id: string): PartitionKeys | undefined
  /** The injected time or '', as scripts take it. */
  time(): string
  /** The time that decides: the injected clock's, else the server's. */
  now(): Promise<number>
  /** Resolves when every wake that was sent has arrived. */
  settled(): Promise<void>
}

export function createSpace(gateway: Gateway): Space {
  return new PartitionedSpace(gateway)
}

class PartitionedSpace implements Space {
  readonly gateway: Gateway
  readonly partitions: readonly PartitionKeys[]
  readonly first: PartitionKeys
  readonly names: Names
  #opened: Promise<void> | undefined
  #isOpen = false
  readonly #wakes = new Set<Promise<void>>()

  constructor(gateway: Gateway) {
    const { keyPrefix, partitions } = gateway.options
    this.gateway = gateway
    this.partitions = Array.from({ length: partitions }, (_, index) => partitionKeys(keyPrefix, index))
    this.first = this.partitions[0] as PartitionKeys
    this.names = createNames(gateway)
  }

  change(script: string, call: ScriptCall): Promise<Answer> {
    return this.run(script, call).then((reply) => this.#answer(reply as Reply[], call.partition))
  }

  trip(settle: CallWithArgs, claim: CallWithArgs): readonly [Promise<Answer>, Promise<Answer>] {
    const { caller, lane, number } = claim.call
    const args = [`${caller}:${lane}`, number, 0, claim.args.length, ...claim.args, ...settle.args]
    const sent = this.run('trip', { partition: this.first, call: settle.call, args, leavesNow: true })
    const replies = sent as Promise<[Reply[], Reply[]]>
    return [
      replies.then(([settled]) => this.#answer(settled, this.first)),
      replies.then(([, claimed]) => this.#answer(claimed, this.first)),
    ]
  }

  run(script: string, call: ScriptCall): Promise<Reply> {
    return this.#isOpen ? this.#send(script, call) : this.#open().then(() => this.#send(script, call))
  }

  #send(script: string, { partition, call, piece = 0, args, leavesNow = false }: ScriptCall): Promise<Reply> {
    const lane = call === undefined ? '' : `${call.caller}:${call.lane}`
    const single = this.partitions.length === 1 ? '1' : '0'
    const head = [this.time(), lane, call?.number ?? 0, piece, single]
    return this.gateway.script(script, partition, [...head, ...args], { leavesNow })
  }

  #answer([state, answer, wakes, ...more]: Reply[], partition: PartitionKeys): Answer {
    if (state === 'superseded') throw new SupersededError()
    if (typeof wakes === 'string' && wakes !== '') this.#wake(wakes.split('\n'), partition)
    return { state: state as Answer['state'], answer: String(answer ?? ''), more }
  }

  /** Runs a script on the first partition that may touch the wake lists, and is no call of anybody's. */
  #runOnFirst(script: string, args: readonly (string | number)[]): Promise<Reply> {
    return this.gateway.script(script, this.first, [this.time(), '', 0, 0, '1', ...args])
  }

  async read(command: string, ...args: (string | number)[]): Promise<Reply> {
    if (!this.#isOpen) await this.#open()
    return this.gateway.read(command, ...args)
  }

  home(id: string): PartitionKeys | undefined {
    return this.partitions[partitionOf(id)]
  }

  time(): string {
    const { clock } = this.gateway.options
    return clock === undefined ? '' : String(clock.now())
  }

  async now(): Promise<number> {
    const { clock } = this.gateway.options
    if (clock !== undefined) return clock.now()
    const [seconds, micros] = (await this.read('TIME')) as [string, string]
    return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000)
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.#wakes)
  }

  /** Checks at first use that the key space is cut as asked; a failed check is made again by the next call. */
  #open(): Promise<void> {
    this.#opened ??= this.#check().catch((error: unknown) => {
      this.#opened = undefined
      throw error
    })
    return this.#opened
  }

  async #check(): Promise<void> {
    const asked = this.partitions.length
    const [stored, layout] = (await this.#runOnFirst('open', [asked, LAYOUT])) as Reply[]
    if (Number(layout) !== LAYOUT)
      throw new StoreVersionError(`layout ${String(layout)}, this release knows ${LAYOUT}`)
    if (Number(stored) !== asked) throw new PartitionMismatchError(Number(stored), asked)
    this.#isOpen = true
  }

  /** Wakes of scripts that could not reach the wake lists themselves. A lost one costs 5 s, so none is awaited. */
  #wake(lines: readonly string[], { index }: PartitionKeys): void {
    const crashes = lines.filter((line) => line.startsWith('crash\t')).map((line) => line.split('\t'))
    const others = lines
      .filter((line) => !line.startsWith('crash\t'))
      // An engine looks first where it was told of mail.
      .map((line) => line.replace(/^mail\t/, `mail:${index}\t`))
    const sent = Promise.all([
      ...(others.length > 0 ? [this.#runOnFirst('wake', others)] : []),
      ...crashes.map(([, node = '', runs = '']) => this.#runOnFirst('crashed', [node, runs])),
    ]).then(
      () => undefined,
      (err: unknown) => this.gateway.options.logger.warn({ err }, 'wake not sent'),
    )
    this.#wakes.add(sent)
    void sent.then(() => this.#wakes.delete(sent))
  }
}
