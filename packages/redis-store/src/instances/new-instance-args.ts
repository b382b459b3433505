import { type NewInstance, withPartition } from '@dureq/types'
import { jobArgs, sizeOfJobs } from './job-args.ts'
import { type Args, texts } from './lists.ts'
import { partArgs, sizeOfParts } from './part-args.ts'

/** What `lua/lib/creating.lua` takes of new instances of one partition: each definition once. */
export function newInstanceArgs(
  instances: readonly NewInstance[],
  partition: number,
  partitions: number,
): Args {
  const sent = new Set<string>()
  return instances.flatMap((instance) => {
    const { hash, text } = instance.definition
    const isKnown = sent.has(hash)
    sent.add(hash)
    return [
      withPartition(instance.id, partition),
      instance.kind,
      instance.name,
      hash,
      isKnown ? '' : text,
      instance.state,
      instance.input ?? '',
      instance.parent?.id ?? '',
      instance.parent === undefined ? '' : JSON.stringify(instance.parent.task),
      instance.continuedFrom ?? '',
      instance.requestId === undefined ? '' : JSON.stringify(instance.requestId),
      instance.open ? '1' : '',
      ...partArgs(instance.parts),
      ...texts(instance.names),
      ...jobArgs(instance.begins ?? [], { id: instance.id, partition, partitions }),
    ]
  })
}

/** About how many bytes a new instance brings. */
export function sizeOfInstance(instance: NewInstance): number {
  const { definition, state, input = '', parts, names, begins = [] } = instance
  return definition.text.length + state.length + input.length + sizeOfParts(parts, names) + sizeOfJobs(begins)
}
