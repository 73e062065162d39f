/** draft-schmaus-kitten-sasl-ht: The Hashed Token SASL Mechanism <https://datatracker.ietf.org/doc/draft-schmaus-kitten-sasl-ht/> */
import {createHmac, timingSafeEqual} from 'node:crypto'
import {type Mechanism, serverNotProven, singleMessageMechanism} from './mechanism.ts'

export const HT_EXPORTER = 'HT-SHA-256-EXPR'
export const HT_NONE = 'HT-SHA-256-NONE'

/** One message in each direction: both sides prove that they know the token. `binding` is empty for -NONE. */
export function hashedToken(
  name: string,
  username: string,
  token: string,
  binding: Buffer = Buffer.alloc(0),
): Mechanism {
  const proof = (role: string): Buffer =>
    createHmac('sha256', token).update(role).update(binding).digest()
  return {
    ...singleMessageMechanism(
      name,
      Buffer.concat([Buffer.from(`${username}\0`), proof('Initiator')]),
    ),
    finish(data) {
      const expected = proof('Responder')
      if (data?.length !== expected.length || !timingSafeEqual(data, expected))
        throw serverNotProven('The server did not prove that it knows the token')
    },
  }
}
