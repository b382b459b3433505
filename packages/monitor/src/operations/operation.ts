/** What a route is for: what its schemas cannot say. */
export interface Operation {
  /** Its name in OpenAPI, and so in clients made from that. */
  readonly id: string
  /** What it answers with, or does, in a line. */
  readonly summary: string
  /** Statuses it refuses with because of what is there, or is not: of 404, 409 and 429. */
  readonly refusals?: readonly number[]
}

/** Operations by method and path below `/api`: `GET /jobs/:id`. */
export type Operations = Readonly<Record<string, Operation>>
