import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@dureq/runtime'
import { type StoreAdapter, storeContract } from '@dureq/store-testing'
import { createStoreOn, openDatabase } from '../src/sqlite-store.ts'
import { leftovers } from './leftovers.ts'

const inMemory: StoreAdapter = {
  async create({ clock = systemClock }) {
    const options = { path: ':memory:', clock }
    const db = openDatabase(options)
    const store = createStoreOn(db, options)
    return { store, leftovers: async () => leftovers(db, clock.now()), close: () => store.close() }
  },
}

const inFile: StoreAdapter = {
  async create({ clock = systemClock }) {
    const directory = await mkdtemp(join(tmpdir(), 'dureq-sqlite-'))
    const options = { path: join(directory, 'store.db'), clock }
    const db = openDatabase(options)
    const stores = [createStoreOn(db, options)]
    return {
      store: stores[0] as (typeof stores)[number],
      another: async () => {
        const store = createStoreOn(openDatabase(options), options)
        stores.push(store)
        return store
      },
      leftovers: async () => leftovers(db, clock.now()),
      async close() {
        for (const store of stores) await store.close()
        await rm(directory, { recursive: true })
      },
    }
  },
}

storeContract('the SQLite store in memory', inMemory)
storeContract('the SQLite store in a file', inFile)
