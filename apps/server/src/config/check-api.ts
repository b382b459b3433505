import { isIP } from 'node:net'
import { checkAccess, createRedactor } from '@dureq/monitor'
import { Faults } from '@dureq/types'
import type { Config } from './config.ts'

/** Adds a fault for everything that is wrong with who may use the API. */
export function checkApi({ apiToken, api }: Config, faults: Faults): void {
  const { trustProxies, redact, ...access } = api
  const own = new Faults()
  own.attempt(() => checkAccess({ apiToken, ...access }))
  own.attempt(() => createRedactor(redact))
  for (const { field, problem } of own.found)
    faults.add(field === 'apiToken' ? field : `api.${field}`, problem)
  trustProxies.forEach((proxy, i) => {
    if (!isProxy(proxy))
      faults.add(`api.trustProxies[${i}]`, 'must be an address or a network, as 10.0.0.0/8')
  })
}

function isProxy(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true
  const [address = '', bits, ...rest] = text.split('/')
  const most = isIP(address) === 4 ? 32 : 128
  const isNetwork = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most)
  return isIP(address) !== 0 && isNetwork && rest.length === 0
}
