import type { Gateway, Reply } from './gateway.ts'
import type { PartitionKeys } from './keys.ts'

/** Looks a small number up in the name table: the name without its kind. */
export type NameOf = (number: string) => string

/** Turns the small numbers of records into names. What a number means never changes, so answers are kept. */
export interface Names {
  /** A lookup that knows these numbers of a partition. */
  lookup(partition: PartitionKeys, numbers: Iterable<string>): Promise<NameOf>
}

export function createNames(gateway: Gateway): Names {
  const known = new Map<number, Map<string, string>>()

  const tableOf = (partition: PartitionKeys): Map<string, string> => {
    let table = known.get(partition.index)
    if (table === undefined) {
      table = new Map()
      known.set(partition.index, table)
    }
    return table
  }

  const learn = async (partition: PartitionKeys, table: Map<string, string>, numbers: readonly string[]) => {
    const names = (await gateway.read('HMGET', partition.of('numbers'), ...numbers)) as Reply[]
    numbers.forEach((number, i) => {
      const name = names[i]
      if (typeof name === 'string') table.set(number, name.slice(1))
    })
  }

  return {
    async lookup(partition, numbers) {
      const table = tableOf(partition)
      const unknown = [...new Set(numbers)].filter((number) => number !== '' && !table.has(number))
      if (unknown.length > 0) await learn(partition, table, unknown)
      return (number) => table.get(number) ?? ''
    },
  }
}
