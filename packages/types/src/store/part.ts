import type { JsonText } from '../json.ts'

/** A named piece of an instance: opaque to the store. */
export interface Part {
  readonly name: string
  readonly text: JsonText
}

/**
 * A part to write; without `text` it is taken away. `marks` puts its name into ordered sets of the instance or, with
 * null, takes it out: how an engine finds parts again without knowing their names.
 */
export interface PartWrite {
  readonly name: string
  readonly text?: JsonText
  readonly marks?: Readonly<Record<string, number | null>>
}
