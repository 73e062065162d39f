/** XEP-0478: Stream Limits Advertisement <https://xmpp.org/extensions/xep-0478.html>, and the limits of this client. */
import type {Stage} from '../../errors.ts'
import type {Element} from '../../xml.ts'

const NS_LIMITS = 'urn:xmpp:stream-limits:0'

/** The largest stanza that the server accepts, in bytes; undefined when it announces no limit. */
export function parseMaxBytes(features: Element): number | undefined {
  const text = features.getChild('limits', NS_LIMITS)?.getChildText('max-bytes') ?? ''
  return /^\d+$/.test(text) ? Number(text) : undefined
}

/** The largest element accepted, in characters: more than servers relay (few allow 10 MiB). */
export const MAX_CHARACTERS = 2 ** 24

/** The limit before the sign-in: the server is not verified, and only features are expected. */
const MAX_UNSIGNED = 2 ** 18

export const maxCharacters = (stage: Stage): number =>
  stage === 'tls' || stage === 'auth' ? MAX_UNSIGNED : MAX_CHARACTERS
