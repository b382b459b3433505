import { join, resolve } from 'node:path'

/** The root of the repository. */
export const root: string = resolve(import.meta.dirname, '../..')

/** A tool of the repository, such as `tsc`. */
export const tool = (name: string): string => join(root, 'node_modules/.bin', name)
