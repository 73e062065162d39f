/** A name server on loopback with SRV records only: enough of RFC 1035 to answer a real resolver. */
import {createSocket} from 'node:dgram'
import type {SrvRecord} from 'node:dns'
import {Resolver} from 'node:dns/promises'
import {once} from 'node:events'

const SRV = 33
const RCODES = {SERVFAIL: 2, NXDOMAIN: 3}

/** By name: the records, an error of the server, or silence. Any other name is NXDOMAIN. */
export type Zone = Record<string, SrvRecord[] | 'SERVFAIL' | 'silence'>

export interface NameServer {
  dns: Resolver
  queries: string[]
  close(): void
}

export async function startNameServer(zone: Zone): Promise<NameServer> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const queries: string[] = []
  socket.on('message', (query, {address, port}) => {
    const {name, end} = readName(query, 12)
    queries.push(name)
    const answer = zone[name] ?? 'NXDOMAIN'
    if (answer !== 'silence') socket.send(reply(query, end + 4, answer), port, address)
  })
  const dns = new Resolver({timeout: 300, tries: 1})
  dns.setServers([`127.0.0.1:${socket.address().port}`])
  return {dns, queries, close: () => void socket.close()}
}

function reply(
  query: Buffer,
  questionEnd: number,
  answer: SrvRecord[] | keyof typeof RCODES,
): Buffer {
  const records = Array.isArray(answer) ? answer : []
  const header = Buffer.from(query.subarray(0, 12))
  header.writeUInt16BE(0x8180 | (Array.isArray(answer) ? 0 : RCODES[answer]), 2)
  header.writeUInt16BE(records.length, 6)
  header.writeUInt32BE(0, 8) // no authority, and not the EDNS record of the query
  return Buffer.concat([header, query.subarray(12, questionEnd), ...records.map(record)])
}

function record({priority, weight, port, name}: SrvRecord): Buffer {
  const target = Buffer.concat([
    ...name
      .split('.')
      .filter(Boolean)
      .map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`)),
    Buffer.of(0),
  ])
  const fixed = Buffer.alloc(18)
  fixed.writeUInt16BE(0xc00c, 0) // the name of the question
  fixed.writeUInt16BE(SRV, 2)
  fixed.writeUInt16BE(1, 4) // class IN, then four bytes of TTL
  for (const [i, value] of [target.length + 6, priority, weight, port].entries()) {
    fixed.writeUInt16BE(value, 10 + 2 * i)
  }
  return Buffer.concat([fixed, target])
}

function readName(message: Buffer, start: number): {name: string; end: number} {
  const labels: string[] = []
  let at = start
  for (let length = message[at]; length; length = message[at]) {
    labels.push(message.toString('ascii', at + 1, at + 1 + length))
    at += 1 + length
  }
  return {name: labels.join('.').toLowerCase(), end: at + 1}
}
