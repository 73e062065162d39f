/** XEP-0363: a scripted XMPP server with an upload service. */
import {signInClient} from './admit.ts'
import type {Peer} from './scripted-server.ts'

export const NS_UPLOAD = 'urn:xmpp:http:upload:0'

export interface UploadScript {
  /** The slot, or the error, for the request with this number. */
  slot(serial: number): string
  requested?: number
  form?: string
  /** The answer to a message, before that to the ping behind it. */
  message?(id: string): string
}

/** Answers discovery and slot requests until the client disconnects. */
export async function serveUploads(peer: Peer, service: UploadScript): Promise<void> {
  const {form = '', slot} = service
  await signInClient(peer)
  for (;;) {
    const text = await peer.read(/<iq\b[^>]*>.*?<\/iq>/s)
    for (const [, id = ''] of text.matchAll(/<message\b[^>]*\bid="([^"]+)"/g))
      peer.write(service.message?.(id) ?? '')
    const request = text.slice(text.lastIndexOf('<iq'))
    const [, id] = /\bid="([^"]+)"/.exec(request) ?? []
    const [, to = 'localhost'] = /\bto="([^"]+)"/.exec(request) ?? []
    const reply = (content: string, type = 'result'): void =>
      peer.write(`<iq type='${type}' id='${id}' from='${to}'>${content}</iq>`)
    if (request.includes('disco#items'))
      reply(`<query xmlns='http://jabber.org/protocol/disco#items'>
        <item jid='conference.localhost'/><item jid='upload.localhost'/></query>`)
    else if (request.includes('disco#info'))
      reply(
        `<query xmlns='http://jabber.org/protocol/disco#info'>${
          to === 'upload.localhost' ? `<feature var='${NS_UPLOAD}'/>${form}` : ''
        }</query>`,
      )
    else if (request.includes('urn:xmpp:ping')) reply('')
    else {
      service.requested = (service.requested ?? 0) + 1
      const content = slot(service.requested)
      reply(content, content.startsWith('<error') ? 'error' : 'result')
    }
  }
}

export const slotAt = (put: string, get = put, headers = ''): string =>
  `<slot xmlns='${NS_UPLOAD}'><put url='${put}'>${headers}</put><get url='${get}'/></slot>`
