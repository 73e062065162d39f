/** RFC 4422: Simple Authentication and Security Layer <https://www.rfc-editor.org/rfc/rfc4422> */
import {EXIT, Failure} from '../../errors.ts'

/** One attempt to sign in: bytes out, bytes in. The server speaks only when spoken to. */
export interface Mechanism {
  readonly name: string
  /** The first message is the last: what follows it in one flight is dealt with once it convinced the server. */
  readonly single: boolean
  /** The initial response; empty where the mechanism sends an empty one. */
  start(): Buffer
  /** The answer to a challenge; throws when the challenge is not what the mechanism allows. */
  respond(challenge: Buffer): Buffer
  /** Checks what came with the success; throws when the server did not prove that it knows the secret. */
  finish(data: Buffer | undefined): void
}

/** The server broke the mechanism's rules, or is not the one that knows our secret. */
export function serverNotProven(message: string): Failure {
  return new Failure('server-not-proven', message, EXIT.protocol, {
    stage: 'auth',
    hint: 'Somebody may be posing as the server: check the address and the certificate',
  })
}

/** For mechanisms of one message. */
export function singleMessageMechanism(name: string, message: Buffer): Mechanism {
  return {
    name,
    single: true,
    start: () => message,
    respond: () => {
      throw serverNotProven(`The server asked for more than ${name} gives`)
    },
    finish: () => {},
  }
}
