import type { Faults } from './faults.ts'
import { checkInteger } from './numbers.ts'

/** How urgent a job is: a whole number from 1 to 10, higher first. It picks the tier and nothing else. */
export type Priority = number

/** Priorities with a name. Any whole number from 1 to 10 will do. */
export const priorities = { low: 1, normal: 5, high: 8, critical: 10 } as const

/** The priority of a job that states none: 5. */
export const defaultPriority: Priority = priorities.normal

/** Adds a fault unless the value is a whole number from 1 to 10. */
export function checkPriority(value: unknown, field: string, faults: Faults): void {
  checkInteger(value, { min: 1, max: 10 }, field, faults)
}
