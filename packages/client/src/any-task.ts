import type { Task } from '@dureq/types'

/** Any task: of one a client needs its name, its payload schema and its defaults. */
export type AnyTask = Task<unknown, unknown, unknown>
