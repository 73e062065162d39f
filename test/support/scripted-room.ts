/** XEP-0045: a scripted room, for the faults that real rooms do not have. */
import {readRequest, signInClient} from './admit.ts'
import type {Peer} from './scripted-server.ts'

export const ROOM = 'tea@conference.localhost'
const NS_STANZA_ERRORS = 'urn:ietf:params:xml:ns:xmpp-stanzas'

/** Attributes and children. */
export const presence = (attributes: string, children = ''): string =>
  `<presence ${attributes}>${children}</presence>`
export const muc = (children: string): string =>
  `<x xmlns='http://jabber.org/protocol/muc#user'>${children}</x>`
export const error = (type: string, condition: string): string =>
  `<error type='${type}'><${condition} xmlns='${NS_STANZA_ERRORS}'/></error>`
export const ITEM = "<item affiliation='none' role='participant'/>"
export const WELCOME = presence(`from='${ROOM}/alice'`, muc(`${ITEM}<status code='110'/>`))
export const shown = (attributes: string, body: string): string =>
  `<message type='groupchat' from='${ROOM}/alice' ${attributes}><body>${body}</body></message>`

/** Answers a service discovery request with the identity of a room. */
export async function answerInfo(peer: Peer): Promise<void> {
  const id = await readRequest(peer)
  const info =
    "<query xmlns='http://jabber.org/protocol/disco#info'><identity category='conference' type='text'/></query>"
  peer.write(`<iq type='result' id='${id}' from='${ROOM}'>${info}</iq>`)
}

/** Signs the client in, and resolves with the id of its presence to the room. */
export async function upToEntry(peer: Peer): Promise<string> {
  await signInClient(peer)
  await answerInfo(peer)
  return readId(peer, 'presence')
}

export async function readId(peer: Peer, name: 'presence' | 'message'): Promise<string> {
  const text = await peer.read(new RegExp(`<${name} to="${ROOM}.*?</${name}>`, 's'))
  return /\bid="([^"]+)"/.exec(text.slice(text.lastIndexOf(`<${name} to=`)))?.[1] ?? ''
}
