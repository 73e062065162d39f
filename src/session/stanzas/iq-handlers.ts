/** RFC 6120 §8.2.3: what others ask, answered by whoever has undertaken to, and refused where nobody has. */
import {type Element, NS_STANZA_ERRORS, xml} from '../../xml.ts'

export type IqHandler = (request: Element) => Element | undefined

export class IqHandlers {
  readonly #handlers = new Map<string, IqHandler>()

  add(name: string, namespace: string, reply: IqHandler): void {
    this.#handlers.set(`${name} ${namespace}`, reply)
  }

  /** Undefined for what asks for no answer. */
  replyTo(iq: Element): Element | undefined {
    const {from, id, type} = iq.attrs as Record<string, string | undefined>
    if (type !== 'get' && type !== 'set') return undefined
    const payload = iq.getChildElements()[0]
    const reply = payload && this.#handlers.get(`${payload.name} ${payload.getNS()}`)?.(iq)
    return reply ?? refusal(from, id)
  }
}

function refusal(to: string | undefined, id: string | undefined): Element {
  const error = xml('error', {type: 'cancel'})
  error.c('service-unavailable', {xmlns: NS_STANZA_ERRORS})
  return xml('iq', {type: 'error', to, id}, error)
}
