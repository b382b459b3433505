export type { ContractOptions, StoreAdapter, StoreUnderTest } from './adapter.ts'
export { storeContract } from './store-contract.ts'
export { createVirtualClock } from './virtual-clock.ts'
export type { VirtualClock, VirtualClockOptions } from './virtual-clock.ts'
