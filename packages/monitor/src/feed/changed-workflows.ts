import type { EventPosition, JobEvent } from '@dureq/types'
import { type Frame, updatedFrame } from './frame.ts'

/**
 * The workflows of which tasks, hooks or jobs were told something, each once however much it was. Such events name the job
 * they are about, but a page that shows a workflow waits for frames that name the workflow.
 */
export class ChangedWorkflows {
  readonly #changed = new Map<string, number>()

  /** How many there are. */
  get size(): number {
    return this.#changed.size
  }

  /** Notes whose change an event tells of. */
  note({ workflowId, jobId, type, timestamp }: JobEvent): void {
    if (workflowId === undefined) return
    const namesWorkflow = jobId === workflowId && type.startsWith('workflow.')
    if (!namesWorkflow) this.#changed.set(workflowId, timestamp)
  }

  /** A frame for each of them; they are forgotten then. */
  take(position: EventPosition): readonly Frame[] {
    const frames = [...this.#changed].map(([id, timestamp]) => updatedFrame({ id, timestamp }, position))
    this.#changed.clear()
    return frames
  }
}
