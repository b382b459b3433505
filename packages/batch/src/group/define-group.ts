import {
  type GroupAggregator,
  type GroupConfig,
  type JsonValue,
  type Task,
  validatePayload,
} from '@dureq/types'

/** How the groups of one task are collected: a `GroupConfig` whose aggregator has the types of the task. */
export interface TaskGroup<Input> extends Omit<GroupConfig, 'taskType' | 'aggregator'> {
  /** Makes one payload of those that `enqueueGroup` took for the task; the handler of the task is given it. */
  readonly aggregator: GroupAggregator<Input>
}

/**
 * A config for the groups of a task, for `createAggregator`. Messages and what is made of them have the input type of the task,
 * since one handler takes both; what does not fit its payload schema counts as a failure of the aggregator.
 *
 *     groups: [defineGroup(sendDigest, { group: 'user-*', aggregator: (_, digests) => merge(digests) })]
 */
export function defineGroup<Input, Payload, Result>(
  task: Task<Input, Payload, Result>,
  { aggregator, ...config }: TaskGroup<NoInfer<Input>>,
): GroupConfig {
  return {
    ...config,
    taskType: task.type,
    async aggregator(group, payloads, context) {
      // `enqueueGroup` has checked them against the schema; what is stored has its input type.
      const made = await aggregator(group, payloads as readonly unknown[] as readonly Input[], context)
      await validatePayload(task, made)
      return made as JsonValue
    },
  }
}
