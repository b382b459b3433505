import { storeContract } from '@dureq/store-testing'
import { inject } from 'vitest'
import { redisAdapter } from './redis-adapter.ts'

storeContract('redis', redisAdapter(inject('redisPort'), 1))
storeContract('redis in three partitions', redisAdapter(inject('redisPort'), 3), { partitions: 3 })
