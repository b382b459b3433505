/** Greatest sizes of what users hand in, in bytes of UTF-8 JSON (semantics part one, 13). */
export interface SizeLimits {
  readonly payload: number
  readonly output: number
  /** Names and values together. */
  readonly headers: number
  readonly progress: number
}

/** 1 MiB for payload and output, 16 KiB for headers, 64 KiB for progress. */
export const defaultSizeLimits: SizeLimits = {
  payload: 1024 * 1024,
  output: 1024 * 1024,
  headers: 16 * 1024,
  progress: 64 * 1024,
}
