/** The failures that a proxy reports, of either protocol. */
import {EXIT, Failure} from '../../errors.ts'
import type {Target} from './proxy-address.ts'

type Refusal = 'auth' | 'forbidden' | 'host-not-found' | 'unreachable' | 'broken'

const REFUSALS: Record<Refusal, {code: string; exitCode: number; sentence: string}> = {
  auth: {
    code: 'proxy-auth-failed',
    exitCode: EXIT.noPermission,
    sentence: 'The proxy requires a valid user name and password to connect to',
  },
  forbidden: {
    code: 'proxy-forbidden',
    exitCode: EXIT.noPermission,
    sentence: 'The proxy does not allow connections to',
  },
  'host-not-found': {
    code: 'host-not-found',
    exitCode: EXIT.noHost,
    sentence: 'The proxy cannot find the host of',
  },
  unreachable: {
    code: 'connection-failed',
    exitCode: EXIT.temporary,
    sentence: 'The proxy could not connect to',
  },
  broken: {
    code: 'proxy-failed',
    exitCode: EXIT.temporary,
    sentence: 'The proxy sent an invalid answer to the request to connect to',
  },
}

export function proxyFailure(
  refusal: Refusal,
  {host, port}: Target,
  details: {text?: string; cause?: unknown} = {},
): Failure {
  const {code, exitCode, sentence} = REFUSALS[refusal]
  return new Failure(code, `${sentence} ${host}:${port}`, exitCode, {
    stage: 'connect',
    ...(refusal === 'auth' && {
      hint: 'Put them into the address of the proxy: http://user:password@host:port',
    }),
    ...details,
  })
}
