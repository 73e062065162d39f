/** Connects by TCP to the first endpoint that answers. */
import type {Socket} from 'node:net'
import {EXIT, Failure} from '../../errors.ts'
import {uriHost} from '../../ip-address.ts'
import type {Endpoint} from '../types.ts'
import {tunnel} from './proxy.ts'
import {CHECK_DOMAIN} from './srv.ts'
import {raceStaggered} from './staggered-race.ts'
import {connectTcp, failureReasons, systemErrors} from './tcp.ts'

/**
 * Milliseconds before the next endpoint is tried as well. Long enough for a distant server to win over a backup of lower
 * priority; short enough for a port that a firewall drops.
 */
const HEAD_START = 1000
const SHOWN = 4

export interface DialOptions {
  signal: AbortSignal
  proxy?: string | undefined
  /** Computation to run while a connection attempt waits for the network. */
  whileConnecting?: () => void
}

export interface DialResult {
  socket: Socket
  endpoint: Endpoint
}

export async function dial(
  endpoints: Endpoint[],
  {whileConnecting: meanwhile, proxy, signal}: DialOptions,
): Promise<DialResult> {
  try {
    return await raceStaggered(endpoints, {
      headStart: HEAD_START,
      signal,
      attempt: async (endpoint, abandoned) => {
        const {host, port} = endpoint
        const socket = proxy
          ? await tunnel(proxy, endpoint, abandoned)
          : await connectTcp(host, port, abandoned, meanwhile)
        return {socket, endpoint}
      },
      discard: ({socket}) => socket.destroy(),
    })
  } catch (error) {
    if (error instanceof AggregateError) throw dialFailure(endpoints, error)
    throw error
  }
}

function dialFailure(endpoints: Endpoint[], {errors}: AggregateError): Failure {
  const failures = errors.filter((error) => error instanceof Failure)
  // from a proxy; a retryable failure comes first, because then a retry makes sense
  const reported = failures.find(({retryable}) => retryable) ?? failures[0]
  if (reported) return reported

  const lookups = endpoints.flatMap(({lookup}) => (lookup === undefined ? [] : [lookup]))
  const cause = new AggregateError([...errors, ...new Set(lookups)], 'no endpoint answered')
  const codes = errors.flatMap(systemErrors).map(({code}) => code)
  if (codes.every((code) => code === 'ENOTFOUND' || code === 'EAI_AGAIN')) {
    return nameFailure(endpoints, codes.includes('EAI_AGAIN') || lookups.length > 0, cause)
  }
  const tried = endpoints.map(
    ({host, port}, i) => `${uriHost(host)}:${port} (${failureReasons(errors[i])})`,
  )
  return new Failure('connection-failed', `Could not connect to ${listed(tried)}`, EXIT.temporary, {
    stage: 'connect',
    hint: 'Check the network and the port, or name the server with --server',
    cause,
  })
}

/** A name that does not exist is permanent; a name server that did not answer is temporary. */
function nameFailure(endpoints: Endpoint[], unanswered: boolean, cause: unknown): Failure {
  const names = listed([...new Set(endpoints.map(({host}) => host))])
  if (unanswered) {
    return new Failure('dns-failed', `Could not look up ${names} in DNS`, EXIT.temporary, {
      stage: 'resolve',
      hint: 'Check the network and the name server, or name the XMPP server with --server',
      cause,
    })
  }
  return new Failure('host-not-found', `The host does not exist: ${names}`, EXIT.noHost, {
    stage: 'resolve',
    hint: CHECK_DOMAIN,
    cause,
  })
}

/** Limits the list, because a domain can have many records. */
export function listed(items: string[]): string {
  const rest = items.length - SHOWN
  return [...items.slice(0, SHOWN), ...(rest > 0 ? [`${rest} more`] : [])].join(', ')
}
