/** RFC 6120 §8.2.3: answers IQ requests, by the middleware and the IQ callee of xmpp.js. */
import {EventEmitter} from 'node:events'
import createIqCallee from '@xmpp/iq/callee.js'
import createMiddleware from '@xmpp/middleware'
import {domainOf} from '../../jid.ts'
import type {Element, IqCallee} from '../../xml.ts'

/**
 * The callee has an entity of its own in place of the stream: only IQ requests pass the middleware, and `send` counts
 * each answer for stream management. `answer` calls the handler before it returns; the answer follows.
 *
 * @param failed is called with the error that a handler throws
 */
export function newIqCallee(
  send: (answer: Element) => Promise<void>,
  failed: (error: unknown) => void,
): {callee: IqCallee; answer: (request: Element) => void} {
  const entity = Object.assign(new EventEmitter(), {
    send: (answer: Element) => send(withoutRequest(answer)),
  })
  entity.on('error', failed)
  return {
    callee: createIqCallee({middleware: createMiddleware({entity}), entity}),
    answer(request) {
      if (hasValidAddresses(request)) entity.emit('element', request)
    },
  }
}

/** Upstream throws for an address without a domain; an answer to it could not be delivered. */
const hasValidAddresses = ({attrs: {from, to}}: Element): boolean =>
  [from, to].every((jid) => jid === undefined || domainOf(jid) !== '')

/**
 * Upstream, an error repeats the request, which can be larger than this server accepts from a client: it would close the
 * stream. The server sets the sender.
 */
function withoutRequest(answer: Element): Element {
  delete answer.attrs.from
  if (answer.attrs.type === 'error')
    answer.children = answer.children.filter(
      (child) => typeof child === 'object' && child.is('error'),
    )
  return answer
}
