export type { Simulated, SimulateOptions } from './simulate.ts'
export { simulate } from './simulate.ts'
