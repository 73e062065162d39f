/** RFC 6120 §4.9.3.19: a server that sends its clients to another one <https://www.rfc-editor.org/rfc/rfc6120#section-4.9.3.19> */

import {EXIT, Failure} from '../../errors.ts'
import type {Endpoint} from '../types.ts'
import {parseServer} from './endpoint.ts'

/** Said before the sign-in was answered, so that nothing was dealt with. Whoever does not follow it fails with it. */
export class SeeOtherHost extends Failure {
  /** As `--server` takes it. It has to have a certificate of the same domain as the one that sent us. */
  readonly server: string

  constructor(server: string, {code, condition, message, stage, text}: Failure) {
    super(code, message, EXIT.protocol, {
      stage,
      ...(condition && {condition}),
      ...(text && {text}),
    })
    this.server = server
  }
}

/** What a failure of a stream of that kind means: where to go on, if it says so. */
export function toSeeOtherHost(error: unknown, kind: Endpoint['kind']): unknown {
  if (!(error instanceof Failure) || error.condition !== 'see-other-host') return error
  if (error.stage !== 'tls' && error.stage !== 'auth') return error
  const server = `${kind === 'tls' ? 'xmpps' : 'xmpp'}://${error.text?.trim() ?? ''}`
  return new SeeOtherHost(kind === 'wss' || !isAddress(server) ? '' : server, error)
}

function isAddress(server: string): boolean {
  try {
    parseServer(server)
    return true
  } catch {
    return false
  }
}
