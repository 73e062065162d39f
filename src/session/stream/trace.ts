/** The output of `--verbose` and `--debug`: stages, and XML in both directions, never a secret. */
import type {Stage} from '../../errors.ts'
import {type Element, xml} from '../../xml.ts'

export interface Trace {
  /** A choice or an event, for `--verbose`. */
  note(stage: Stage, text: string): void
  sent(stage: Stage, element: Element): void
  sentText(stage: Stage, text: string): void
  received(stage: Stage, element: Element): void
}

export interface TraceSink {
  note?(stage: Stage, text: string): void
  wire?(direction: 'out' | 'in', stage: Stage, xml: string): void
}

/** A trace that does no work without a receiver. */
export function traceTo({note, wire}: TraceSink): Trace {
  const show = (direction: 'out' | 'in') => (stage: Stage, element: Element) =>
    wire?.(direction, stage, String(redact(element)))
  return {
    note: (stage, text) => note?.(stage, text),
    received: wire ? show('in') : () => {},
    sent: wire ? show('out') : () => {},
    sentText: (stage, text) => wire?.('out', stage, text),
  }
}

const SASL_NAMESPACES = ['urn:ietf:params:xml:ns:xmpp-sasl', 'urn:xmpp:sasl:2']
const SASL_PAYLOADS = [
  'additional-data',
  'auth',
  'challenge',
  'initial-response',
  'response',
  'success',
]
/** A header of an upload may hold an access token (XEP-0363 §5). */
const NS_UPLOAD = 'urn:xmpp:http:upload:0'
const SECRET_FIELDS = ['password', 'old_password', 'token']
/** In a token (XEP-0484) and an invitation to a room (XEP-0249). */
const SECRET_ATTRIBUTES = ['password', 'token']
/** Registration, the configuration of a room, and commands (XEP-0050). */
const ASKS_FOR_SECRETS = [
  'jabber:iq:register',
  'http://jabber.org/protocol/muc#owner',
  'http://jabber.org/protocol/commands',
]

/** A copy in which every secret that could be replayed or cracked offline is replaced by its length. */
export function redact(element: Element): Element {
  const namespace = element.getNS() ?? ''
  const attrs: Record<string, string> = {...element.attrs}
  for (const name of SECRET_ATTRIBUTES) if (attrs[name]) attrs[name] = hidden(attrs[name])
  const secret =
    (SASL_NAMESPACES.includes(namespace) && SASL_PAYLOADS.includes(element.name)) ||
    SECRET_FIELDS.includes(element.name) ||
    (element.name === 'header' && namespace === NS_UPLOAD) ||
    (element.name === 'value' && isSecretField(element.parent))
  const copy = xml(element.name, attrs)
  for (const child of element.children) {
    if (typeof child !== 'string') copy.cnode(redact(child))
    else copy.t(secret ? hidden(child) : child)
  }
  return copy
}

/** A submitted form does not repeat the types of its fields: in a form that asks for secrets, every field may be one. */
function isSecretField(field: Element | null): boolean {
  const {type, var: name} = (field?.attrs ?? {}) as Record<string, string | undefined>
  if (type === 'text-private' || SECRET_FIELDS.includes(name ?? '')) return true
  const form = field?.parent
  const asked = form?.parent?.getNS() ?? ''
  return type !== 'hidden' && form?.attrs.type === 'submit' && ASKS_FOR_SECRETS.includes(asked)
}

const hidden = (text: string): string =>
  text === '' || text === '=' ? text : `[${text.length} characters hidden]`
