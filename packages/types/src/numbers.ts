import type { Faults } from './faults.ts'

/** The least and the greatest value a number may have, both included. */
export interface NumberRange {
  readonly min: number
  readonly max: number
}

/** Adds a fault unless the value is a number within the range. */
export function checkNumber(value: unknown, range: NumberRange, field: string, faults: Faults): void {
  if (!isWithin(value, range)) faults.add(field, `must be a number from ${range.min} to ${range.max}`)
}

/** Adds a fault unless the value is a whole number within the range. */
export function checkInteger(value: unknown, range: NumberRange, field: string, faults: Faults): void {
  const fits = isWithin(value, range) && Number.isInteger(value)
  if (!fits) faults.add(field, `must be a whole number from ${range.min} to ${range.max}`)
}

function isWithin(value: unknown, { min, max }: NumberRange): boolean {
  return typeof value === 'number' && value >= min && value <= max
}
