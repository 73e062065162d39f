/** RFC 6120 §8.2.3: answers incoming IQ requests with a registered handler, or with `service-unavailable`. */
import {type Element, type IqHandler, NS_STANZA_ERRORS, xml} from '../../xml.ts'

export class IqHandlers {
  readonly #handlers = new Map<string, IqHandler>()

  add(name: string, namespace: string, reply: IqHandler): void {
    this.#handlers.set(`${name} ${namespace}`, reply)
  }

  /** Undefined when the stanza is not a request. */
  replyTo(iq: Element): Element | Promise<Element> | undefined {
    const {from, id, type} = iq.attrs as Record<string, string | undefined>
    if (type !== 'get' && type !== 'set') return undefined
    const payload = iq.getChildElements()[0]
    const reply = payload && this.#handlers.get(`${payload.name} ${payload.getNS()}`)?.(iq)
    return reply ?? buildServiceUnavailable(from, id)
  }
}

function buildServiceUnavailable(to: string | undefined, id: string | undefined): Element {
  const error = xml('error', {type: 'cancel'})
  error.c('service-unavailable', {xmlns: NS_STANZA_ERRORS})
  return xml('iq', {type: 'error', to, id}, error)
}
