/** RFC 8305: Happy Eyeballs <https://www.rfc-editor.org/rfc/rfc8305>: one TCP connection to one host. */
import type {LookupAddress} from 'node:dns'
import {lookup} from 'node:dns/promises'
import {once} from 'node:events'
import net from 'node:net'
import {raceStaggered} from './staggered-race.ts'

/** RFC 8305 §8: milliseconds between attempts. */
const ATTEMPT_DELAY = 250

/**
 * Node's autoSelectFamily abandons an address after 250 ms, so it never reaches a distant host when IPv6 is broken. Here
 * the slow attempt continues.
 */
export async function connectTcp(
  host: string,
  port: number,
  signal: AbortSignal,
  meanwhile?: () => void,
): Promise<net.Socket> {
  const addresses = await lookup(host, {all: true, verbatim: true})
  // runs after Node has sent the first packet, in the next tick
  if (meanwhile) setImmediate(meanwhile)
  return raceStaggered(interleave(addresses), {
    headStart: ATTEMPT_DELAY,
    signal,
    attempt: ({address, family}, abandoned) => open({host: address, family, port}, abandoned),
    discard: (socket) => socket.destroy(),
  })
}

const REASONS: Record<string, string> = {
  EAI_AGAIN: 'the name server did not answer',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ENOTFOUND: 'name not found',
  ETIMEDOUT: 'timed out',
}

/** The system errors of a failed attempt: one for each address. */
export function systemErrors(error: unknown): NodeJS.ErrnoException[] {
  return error instanceof AggregateError
    ? error.errors.flatMap(systemErrors)
    : [error as NodeJS.ErrnoException]
}

/** The reasons of a failed connection, each once. */
export function failureReasons(error: unknown): string {
  const reasons = systemErrors(error).map(
    ({code = '', message}) => REASONS[code] ?? (code || message),
  )
  return [...new Set(reasons)].join(', ')
}

/** RFC 8305 §4: alternates the address families, starting with the one that the system prefers. */
function interleave(addresses: LookupAddress[]): LookupAddress[] {
  const preferred = addresses.filter(({family}) => family === addresses[0]?.family)
  const other = addresses.filter((address) => !preferred.includes(address))
  const pairs = preferred.flatMap((address, i) => [address, ...other.slice(i, i + 1)])
  return [...pairs, ...other.slice(preferred.length)]
}

async function open(to: net.TcpNetConnectOpts, signal: AbortSignal): Promise<net.Socket> {
  // without noDelay, a second small write waits 40 ms for a delayed acknowledgement
  const socket = net.connect({...to, noDelay: true})
  try {
    await once(socket, 'connect', {signal})
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}
