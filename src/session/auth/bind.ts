/** RFC 6120 §7: Resource Binding <https://www.rfc-editor.org/rfc/rfc6120#section-7>, and XEP-0386: Bind 2. */
import {randomBytes} from 'node:crypto'
import {EXIT, Failure} from '../../errors.ts'
import {bareJidOf, domainOf} from '../../jid.ts'
import {matchesJid} from '../../jid-comparison.ts'
import {type Element, parseStanzaError, xml} from '../../xml.ts'
import {NS_CLIENT, type XmlStream} from '../stream/stream.ts'

export const NS_BIND = 'urn:ietf:params:xml:ns:xmpp-bind'
export const NS_BIND2 = 'urn:xmpp:bind:0'

/** The id cannot be guessed, so that an answer proves that its sender saw the request. */
export function pushBind(stream: XmlStream, resource?: string): string {
  const id = randomBytes(6).toString('base64url')
  const bind = xml('bind', {xmlns: NS_BIND}, ...(resource ? [xml('resource', {}, resource)] : []))
  stream.push(xml('iq', {type: 'set', id}, bind))
  return id
}

export interface Binding {
  jid: string
  /** The features received before the answer. */
  features: Element | undefined
}

/** Reads until the bind request is answered; throws the error of the server. */
export async function readBound(
  stream: XmlStream,
  domain: string,
  id: string,
  seen?: Element,
): Promise<Binding> {
  let features = seen
  for (;;) {
    const element = await stream.read()
    if (element.name === 'stream:features') features = element
    if (!element.is('iq', NS_CLIENT) || element.attrs.id !== id) continue
    if (element.attrs.type === 'error') throw parseStanzaError(element, 'bind')
    if (element.attrs.type !== 'result') continue
    const jid = element.getChild('bind', NS_BIND)?.getChildText('jid') ?? ''
    return {jid: checkBound(jid, domain), features}
  }
}

/** A server may bind another name than requested (§7.6), but only in its own domain. */
export function checkBound(jid: string, domain: string): string {
  const own = matchesJid(domainOf(jid), domain)
  if (own && jid.length > bareJidOf(jid).length + 1) return jid
  throw new Failure(
    'no-jid',
    own || !jid
      ? 'The server bound no address'
      : `The server bound an address of another domain: ${jid}`,
    EXIT.protocol,
    {stage: 'bind'},
  )
}
