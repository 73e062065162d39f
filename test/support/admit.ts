/** RFC 6120 §6–7: signs a client in to a scripted server, so that a script begins with an open session. */
import type {Peer} from './scripted-server.ts'

export const NS_STANZA_ERRORS = 'urn:ietf:params:xml:ns:xmpp-stanzas'
export const NS_SASL = 'urn:ietf:params:xml:ns:xmpp-sasl'

/** Stream features that offer these SASL mechanisms. */
export function offer(...mechanisms: string[]): string {
  const list = mechanisms.map((mechanism) => `<mechanism>${mechanism}</mechanism>`)
  return `<mechanisms xmlns='${NS_SASL}'>${list.join('')}</mechanisms>`
}

/** Signs the client in with any password, and binds `jid`; resolves when the session is open. */
export async function signInClient(peer: Peer, jid = 'alice@localhost/here'): Promise<void> {
  await peer.open(offer('PLAIN'))
  await peer.read('</auth>')
  peer.write(`<success xmlns='${NS_SASL}'/>`)
  await peer.open("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>")
  const id = await readRequest(peer)
  peer.write(`<iq type='result' id='${id}'>
    <bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>${jid}</jid></bind></iq>`)
}

/** The id of the client's next request. */
export async function readRequest(peer: Peer): Promise<string> {
  return idOf(await peer.read(/<iq\b[^>]*>/))
}

/** The id of the client's next message, after reading all of it. */
export async function readMessage(peer: Peer): Promise<string> {
  return idOf(await peer.read(/<message\b[^>]*>.*?<\/message>/s))
}

/** Answers every request with an empty result, and resolves when the client has closed its stream. */
export async function answerRequests(peer: Peer): Promise<void> {
  for (;;) {
    const words = await peer.read(/<iq\b[^>]*>|<\/stream:stream>/)
    if (words.endsWith('</stream:stream>')) return
    const request = words.slice(words.lastIndexOf('<iq')) // and everything before it
    if (/type="[gs]et"/.test(request)) answer(peer, idOf(request))
  }
}

export const answer = (peer: Peer, id: string): void => peer.write(`<iq type='result' id='${id}'/>`)

/** The error reply to a stanza; by default from its recipient. */
export const bounce = (
  {id, name = 'message', from = 'bob@localhost'}: {id: string; name?: string; from?: string},
  [type, condition]: readonly [type: string, condition: string],
): string => `<${name} type='error' id='${id}' from='${from}' to='alice@localhost/here'>
  <error type='${type}'><${condition} xmlns='${NS_STANZA_ERRORS}'/></error></${name}>`

/** Signs the client in, reads its message, and resolves with the ids of the message and of the ping after it. */
export async function takeMessage(peer: Peer): Promise<{message: string; ping: string}> {
  await signInClient(peer)
  return {message: await readMessage(peer), ping: await readRequest(peer)}
}

function idOf(text: string): string {
  const [, id] = /<(?:iq|message)\b[^>]*\bid="([^"]+)".*$/s.exec(text) ?? []
  if (id === undefined) throw new Error(`No id in ${text}`)
  return id
}
