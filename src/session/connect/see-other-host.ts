/** RFC 6120 §4.9.3.19: a server that redirects its clients to another one <https://www.rfc-editor.org/rfc/rfc6120#section-4.9.3.19> */
import {EXIT, Failure} from '../../errors.ts'
import type {Endpoint} from '../types.ts'
import {parseServer} from './endpoint.ts'

/** Received before the answer to the sign-in, so the server has processed no stanza. */
export class SeeOtherHost extends Failure {
  /** In the format of `--server`. Its certificate must be for the domain of the JID as well. */
  readonly server: string

  constructor(server: string, {code, condition, message, stage, text}: Failure) {
    super(code, message, EXIT.protocol, {stage, condition, text})
    this.server = server
  }
}

/** Converts a failure with the condition `see-other-host`; returns every other error as it is. */
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
