/** RFC 6120 §7: Resource Binding <https://www.rfc-editor.org/rfc/rfc6120#section-7>, and XEP-0386: Bind 2. */
import {EXIT, Failure} from '../errors.ts'
import {type Element, parseStanzaError, xml} from '../xml.ts'
import type {XmlStream} from './stream.ts'

export const NS_BIND = 'urn:ietf:params:xml:ns:xmpp-bind'
export const NS_BIND2 = 'urn:xmpp:bind:0'

const BIND_ID = 'bind'

export function buildBind(resource?: string): Element {
  const bind = xml('bind', {xmlns: NS_BIND}, ...(resource ? [xml('resource', {}, resource)] : []))
  return xml('iq', {type: 'set', id: BIND_ID}, bind)
}

/**
 * Inside `<authenticate/>`. Without a tag on purpose: servers derive one stable resource from tag and client id,
 * and a second process would then throw the first one out.
 */
export const buildBind2 = (): Element => xml('bind', {xmlns: NS_BIND2})

/** Reads until the bind request is answered; on the way come the features of the session. */
export async function readBound(
  stream: XmlStream,
  seen?: Element,
): Promise<{jid: string; features: Element | undefined}> {
  let features = seen
  for (;;) {
    const element = await stream.read()
    if (element.name === 'stream:features') features = element
    if (element.name !== 'iq' || element.attrs.id !== BIND_ID) continue
    if (element.attrs.type === 'error') throw parseStanzaError(element, 'bind')
    const jid = element.getChild('bind', NS_BIND)?.getChildText('jid')
    if (jid) return {jid, features}
    throw new Failure('no-jid', 'The server bound no address', EXIT.protocol, {stage: 'bind'})
  }
}
