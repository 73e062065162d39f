/** RFC 4422: Simple Authentication and Security Layer <https://www.rfc-editor.org/rfc/rfc4422> */
import {EXIT, Failure} from '../../errors.ts'

/** One SASL exchange. The client starts, and the server answers each message. */
export interface Mechanism {
  readonly name: string
  /** The client sends one message only, so the server processes the stanzas after it once it has accepted it. */
  readonly single: boolean
  /** The initial response; empty if the mechanism sends an empty one. */
  start(): Buffer
  /** The answer to a challenge; throws when the challenge is not what the mechanism allows. */
  respond(challenge: Buffer): Buffer
  /** Checks the data of the success; throws when the server did not prove that it knows the secret. */
  finish(data: Buffer | undefined): void
}

/** The server violated the mechanism, or does not know the secret. */
export function serverNotProven(message: string): Failure {
  return new Failure('server-not-proven', message, EXIT.protocol, {
    stage: 'auth',
    hint: 'Another computer may pretend to be the server. Check the address and the certificate',
  })
}

/** For mechanisms of one message. */
export function singleMessageMechanism(name: string, message: Buffer): Mechanism {
  return {
    name,
    single: true,
    start: () => message,
    respond: () => {
      throw serverNotProven(`The server sent a challenge, which ${name} does not allow`)
    },
    finish: () => {},
  }
}
