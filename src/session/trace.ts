/** What `--verbose` and `--debug` show of a session: stages and XML in both directions, never a secret. */
import type {Stage} from '../errors.ts'
import {type Element, xml} from '../xml.ts'

export interface Trace {
  /** What was chosen or happened, for `--verbose`. */
  note(stage: Stage, text: string): void
  sent(stage: Stage, element: Element): void
  sentText(stage: Stage, text: string): void
  received(stage: Stage, element: Element): void
}

export interface TraceSink {
  note?(stage: Stage, text: string): void
  wire?(direction: 'out' | 'in', stage: Stage, xml: string): void
}

/** A trace that costs nothing where nobody looks. */
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
const SECRET_FIELDS = ['password', 'old_password', 'token']

/** A copy in which everything that could be replayed or cracked offline is replaced by its length. */
export function redact(element: Element): Element {
  const namespace = element.getNS() ?? ''
  const attrs: Record<string, string> = {...element.attrs}
  // A FAST token, and the password of a room in an invitation (XEP-0249).
  for (const name of ['token', 'password']) if (attrs[name]) attrs[name] = hidden(attrs[name])
  const secret =
    (SASL_NAMESPACES.includes(namespace) && SASL_PAYLOADS.includes(element.name)) ||
    SECRET_FIELDS.includes(element.name) ||
    (element.name === 'value' && isSecretField(element.parent))
  const children = element.children.map((child) => {
    if (typeof child !== 'string') return redact(child)
    return secret ? hidden(child) : child
  })
  return xml(element.name, attrs, ...children)
}

const isSecretField = (field: Element | null): boolean =>
  field?.attrs.type === 'text-private' || SECRET_FIELDS.includes(field?.attrs.var as string)

const hidden = (text: string): string =>
  text === '' || text === '=' ? text : `[${text.length} characters hidden]`
