/** RFC 6120 §8.2.3: an IQ request that the user has written <https://www.rfc-editor.org/rfc/rfc6120#section-8.2.3> */
import {EXIT, Failure} from '../../errors.ts'
import {type Element, type Iq, StanzaError, serialize} from '../../xml.ts'
import {readElement} from '../../xml-element.ts'

export interface IqResult {
  type: 'result' | 'error'
  /** The address that answered. */
  from: string
  /** The payload of the result, or the element `<error/>`; null if the reply has none. */
  xml: string | null
  error: Failure | null
}

/** Throws `bad-payload` (65) unless the text is one element in a namespace of its own. */
export function readPayload(text: string): Element {
  const payload = readElement(text, 'bad-payload')
  if (['iq', 'message', 'presence'].includes(payload.name))
    throw badPayload(
      `<${payload.name}/> is not a payload`,
      'Give only the element inside <iq/>; a complete stanza can be sent with xmpp send --raw',
    )
  if (payload.getNS()) return payload
  throw badPayload(
    `<${payload.name}/> has no namespace`,
    'Add one, such as <query xmlns="jabber:iq:version"/>',
  )
}

const badPayload = (message: string, hint: string): Failure =>
  new Failure('bad-payload', message, EXIT.data, {hint})

/** An error reply is a result too; a request without a reply rejects. */
export async function sendIq(
  iq: Iq,
  type: 'get' | 'set',
  payload: Element,
  to: {jid: string | undefined; own: string},
): Promise<IqResult> {
  const from = to.jid ?? to.own
  try {
    const answer = await iq[type](payload, to.jid)
    return {type: 'result', from, xml: answer ? serialize(answer) : null, error: null}
  } catch (error) {
    if (!(error instanceof StanzaError)) throw error
    return {type: 'error', from, xml: error.error ? serialize(error.error) : null, error}
  }
}
