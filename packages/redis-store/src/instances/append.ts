import type { Append, AppendOutcome, InstancesRole, WorkflowStatus } from '@dureq/types'
import { cut } from '../pieces.ts'
import type { Space } from '../space.ts'
import { type Args, texts } from './lists.ts'
import { partArgs, sizeOfParts } from './part-args.ts'

/** Adds parts to open instances; see `InstancesRole.append`. */
export function createAppender(space: Space): InstancesRole['append'] {
  return async (call, appends) => {
    const outcomes: AppendOutcome[] = appends.map(() => ({ kind: 'unknown' }))
    const pieces = cut(
      appends,
      ({ id }) => space.home(id),
      ({ parts, names }) => sizeOfParts(parts, names),
    )
    await Promise.all(
      pieces.map(async ({ partition, piece, items, places }) => {
        const args = appendsArgs(items)
        const { answer } = await space.change('append', { partition, call, piece, args, leavesNow: true })
        answer.split(',').forEach((text, i) => {
          outcomes[places[i] as number] = readOutcome(text, items[i] as Append)
        })
      }),
    )
    return outcomes
  }
}

function appendsArgs(appends: readonly Append[]): Args {
  const args: (string | number)[] = [...texts(appends.map(({ id }) => id))]
  for (const { id, from, last, tell, parts, names } of appends) {
    const own = [id, from, last ? '1' : '', tell ? '1' : '', ...partArgs(parts), ...texts(names)]
    args.push(own.length)
    for (const arg of own) args.push(arg)
  }
  return args
}

function readOutcome(text: string, { names }: Append): AppendOutcome {
  const [kind, detail = '', open] = text.split(':')
  if (kind === 'appended') return { kind, size: Number(detail) }
  if (kind === 'elsewhere') return { kind, size: Number(detail), open: open === '1' }
  if (kind === 'duplicate') return { kind, name: names[Number(detail)] as string }
  if (kind === 'refused') return { kind, status: detail as WorkflowStatus }
  return { kind: 'unknown' }
}
