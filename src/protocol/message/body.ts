/** RFC 6121 §5.2.3: The Body Element <https://www.rfc-editor.org/rfc/rfc6121#section-5.2.3> */
import type {Element} from '../../xml.ts'
import {withoutFallback} from './fallback.ts'
import {NS_REACTIONS} from './reaction.ts'
import {NS_REPLY} from './reply.ts'
import {NS_OLD_RETRACTION, NS_RETRACTION, parseRetract} from './retraction.ts'

/** Protocols whose fallback text is removed, because an event has their elements. */
const SUPPORTED = [NS_REACTIONS, NS_REPLY, NS_RETRACTION, NS_OLD_RETRACTION]

export interface Body {
  body: string | null
  /** The body without the fallback text for other clients; null if nothing is left. */
  text: string | null
  /** BCP 47; of the body, or else of the message. */
  lang: string | null
}

/** Chooses among several bodies (§8.1.1) the one in the language of the message, or else the first. */
export function parseBody(message: Element): Body {
  const defaultLang: string | undefined = message.attrs['xml:lang']
  const bodies = message.getChildren('body')
  const langOf = ({attrs}: Element): string | undefined => attrs['xml:lang'] ?? defaultLang
  const body = bodies.find((body) => langOf(body) === defaultLang) ?? bodies[0]
  if (!body) return {body: null, text: null, lang: defaultLang ?? null}
  // The fallback of an old retraction does not name its protocol.
  const supported = parseRetract(message) ? [...SUPPORTED, undefined] : SUPPORTED
  return {
    body: body.text(),
    text: withoutFallback(message, body.text(), supported) || null,
    lang: langOf(body) ?? null,
  }
}
