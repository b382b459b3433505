import type { Gateway, Reply } from './gateway.ts'
import type { PartitionKeys } from './keys.ts'

/** Looks a small number up in the name table: the name without its kind. */
export type NameOf = (number: string) => string

/** Turns the small numbers of records into names. What a number means never changes, so answers are kept. */
export interface Names {
  /** What is known of a partition by now. */
  known(partition: PartitionKeys): (number: string) => string | undefined
  /** A lookup that knows these numbers of a partition. */
  lookup(partition: PartitionKeys, numbers: Iterable<string>): Promise<NameOf>
}

export function createNames(gateway: Gateway): Names {
  const tables = new Map<number, NameTable>()

  const tableOf = (partition: PartitionKeys): NameTable => {
    let table = tables.get(partition.index)
    if (table === undefined) {
      const names = new Map<string, string>()
      table = { names, nameOf: (number) => names.get(number) ?? '' }
      tables.set(partition.index, table)
    }
    return table
  }

  const learn = async (partition: PartitionKeys, table: NameTable, numbers: readonly string[]) => {
    const found = (await gateway.read('HMGET', partition.of('numbers'), ...numbers)) as Reply[]
    numbers.forEach((number, i) => {
      const name = found[i]
      if (typeof name === 'string') table.names.set(number, name.slice(1))
    })
  }

  return {
    known(partition) {
      return (number) => tableOf(partition).names.get(number)
    },
    async lookup(partition, numbers) {
      const table = tableOf(partition)
      const unknown = new Set<string>()
      for (const number of numbers) {
        if (number !== '' && !table.names.has(number)) unknown.add(number)
      }
      if (unknown.size > 0) await learn(partition, table, [...unknown])
      return table.nameOf
    },
  }
}

interface NameTable {
  readonly names: Map<string, string>
  readonly nameOf: NameOf
}
