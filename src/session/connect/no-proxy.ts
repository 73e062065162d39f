/** NO_PROXY, as curl and Go read it: `*`, domains with their subdomains, addresses, networks; each with an optional port. */
import {BlockList, isIP} from 'node:net'
import {isIpAddress} from '../../ip-address.ts'
import {asciiHost} from '../../jid.ts'

export function bypasses(host: string, port: number | undefined, rules: string): boolean {
  const name = asciiHost(host)
  return rules
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((rule) => matches(name, port, rule))
}

function matches(host: string, port: number | undefined, rule: string): boolean {
  if (rule === '*') return true
  const [, bracketed, plain = '', rulePort] = /^(?:\[(.+)\]|([^:]*))(?::(\d+))?$/.exec(rule) ?? []
  if (rulePort && Number(rulePort) !== port) return false
  const pattern = bracketed ?? (plain || rule) // an IPv6 address without brackets has neither form
  if (isIpAddress(host)) return covers(pattern, host)
  const suffix = pattern.replace(/^\*?\./, '')
  return host === suffix || host.endsWith(`.${suffix}`)
}

/** Whether an address, or a network in CIDR notation, contains the address of a host. */
function covers(pattern: string, host: string): boolean {
  const [network = '', bits] = pattern.split('/')
  const family = isIP(network)
  const longest = family === 6 ? 128 : 32
  const prefix = bits === undefined ? longest : Number(bits)
  if (!family || !Number.isInteger(prefix) || prefix < 0 || prefix > longest) return false
  const list = new BlockList()
  list.addSubnet(network, prefix, family === 6 ? 'ipv6' : 'ipv4')
  return list.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4')
}
