/** RFC 6120 §6: SASL Negotiation <https://www.rfc-editor.org/rfc/rfc6120#section-6> */
import {type Element, xml} from '../../xml.ts'
import type {XmlStream} from '../stream/stream.ts'
import type {Mechanism} from './mechanism.ts'
import {saslFailure, unexpected} from './sasl-errors.ts'

export const NS_SASL = 'urn:ietf:params:xml:ns:xmpp-sasl'

const encode = (bytes: Buffer): string => (bytes.length === 0 ? '=' : bytes.toString('base64'))
const decode = (element: Element): Buffer | undefined => {
  const text = element.text().trim()
  if (text === '') return undefined
  return text === '=' ? Buffer.alloc(0) : Buffer.from(text, 'base64')
}

/** Resolves when the server has reported success and proven it; the stream must then be restarted (§6.4.6). */
export async function authenticate(stream: XmlStream, mechanism: Mechanism): Promise<void> {
  const {name} = mechanism
  stream.push(xml('auth', {xmlns: NS_SASL, mechanism: name}, encode(mechanism.start())))
  for (;;) {
    void stream.flush()
    const element = await stream.read()
    if (element.getNS() !== NS_SASL) throw unexpected(element)
    if (element.name === 'challenge') {
      const answer = mechanism.respond(decode(element) ?? Buffer.alloc(0))
      stream.push(xml('response', {xmlns: NS_SASL}, encode(answer)))
    } else if (element.name === 'success') return mechanism.finish(decode(element))
    else if (element.name === 'failure') throw saslFailure(element)
    else throw unexpected(element)
  }
}
