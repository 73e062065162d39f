import assert from 'node:assert/strict'
import {parseJid} from '../../../src/jid.ts'
import {assessDns} from '../../../src/services/check/dns.ts'
import {assessEndpoints} from '../../../src/services/check/endpoints.ts'
import {probeDns} from '../../../src/session/probe/probe-dns.ts'
import {probeEndpoint} from '../../../src/session/probe/probe-endpoint.ts'
import {probeServer} from '../../../src/session/probe/probe-server.ts'
import {traceTo} from '../../../src/session/stream/trace.ts'
import {secureContext} from '../../../src/session/tls/tls.ts'
import type {Account} from '../../../src/session/types.ts'
import {startNameServer, type Zone} from '../dns-server.ts'
import {closedPort} from '../loopback.ts'

const DOMAIN = 'xmpp.invalid'
const RECORD = {priority: 0, weight: 0, port: 5223, name: 'localhost'}

const account: Account = {
  jid: parseJid(`alice@${DOMAIN}`),
  trust: {domain: DOMAIN},
  ...{anonymous: false, memory: undefined, proxy: undefined, server: undefined},
  ...{connectTimeout: 1000, retry: 0, timeout: undefined},
  password: () => assert.fail('it signs in'),
}

const codesFor = async (zone: Zone) => {
  const server = await startNameServer(zone)
  try {
    const report = await probeDns(account, {dns: server.dns, signal: AbortSignal.timeout(5000)})
    return assessDns(DOMAIN, report).map(
      ({code, exitCode, level}) => `${level} ${code} ${exitCode}`,
    )
  } finally {
    server.close()
  }
}

describe('the DNS records of a server', () => {
  it('no SRV and a closed port', async () => {
    assert.ok((await codesFor({})).includes('warn no-srv 68'))
    const endpoint = {kind: 'tls', host: '127.0.0.1', port: await closedPort()} as const
    const report = await probeEndpoint(endpoint, account, {
      announced: false,
      secureContext: () => secureContext(account.trust),
      signal: AbortSignal.timeout(5000),
      trace: traceTo({}),
    })
    const [finding] = assessEndpoints([report], {minDays: 14, now: new Date()})
    assert.deepEqual(
      [finding?.area, finding?.level, finding?.code, finding?.exitCode],
      ['tcp', 'fail', 'connection-failed', 75],
    )
  })

  it('each address of a host is an endpoint of its own', async () => {
    const port = await closedPort()
    const server = await startNameServer({[`_xmpps-client._tcp.${DOMAIN}`]: [{...RECORD, port}]})
    try {
      const options = {dns: server.dns, signal: AbortSignal.timeout(5000), timeout: 5000, trace: {}}
      const {dns, endpoints} = await probeServer(account, {...options, endpoints: true})
      const [localhost] = dns?.hosts ?? []
      const addresses = [...(localhost?.ipv6 ?? []), ...(localhost?.ipv4 ?? [])]
      const expected = addresses.map((address) => `localhost [${address}]:${port} (tls)`)
      assert.deepEqual(
        endpoints.map(({address}) => address),
        addresses.length > 1 ? expected : [`localhost:${port} (tls)`],
      )
      assert.ok(endpoints.every(({failure}) => failure?.code === 'connection-failed'))
      const none = await probeServer(account, {...options, endpoints: false})
      assert.deepEqual([none.dns?.srv.length, none.endpoints], [2, []])
    } finally {
      server.close()
    }
  })

  it('SRV records and their addresses', async () => {
    const found = await codesFor({[`_xmpps-client._tcp.${DOMAIN}`]: [RECORD]})
    assert.deepEqual(found, ['ok srv 68', 'ok addresses 68', 'info no-websocket 68'])
  })

  it('a target without an address', async () => {
    const target = {...RECORD, name: `${'a'.repeat(63)}.invalid`}
    const found = await codesFor({[`_xmpp-client._tcp.${DOMAIN}`]: [target]})
    assert.ok(found.includes('fail host-not-found 68'))
  })

  it('a service that is not offered', async () => {
    const none = [{...RECORD, name: ''}]
    const zone = {[`_xmpp-client._tcp.${DOMAIN}`]: none, [`_xmpps-client._tcp.${DOMAIN}`]: none}
    assert.ok((await codesFor(zone)).includes('fail service-not-offered 68'))
  })

  it('a name server that fails: a retry can succeed', async () => {
    const found = await codesFor({[`_xmpp-client._tcp.${DOMAIN}`]: 'SERVFAIL'})
    assert.ok(found.includes('fail dns-failed 75'))
  })

  it('are not used with --server or for localhost', async () => {
    const signal = AbortSignal.timeout(5000)
    for (const other of [{server: 'xmpp://h'}, {jid: parseJid('a@localhost')}, {proxy: 'http://h'}])
      assert.equal(await probeDns({...account, ...other}, {signal}), undefined)
    assert.deepEqual(
      assessDns(DOMAIN, undefined).map(({code}) => code),
      ['not-used'],
    )
  })
})
