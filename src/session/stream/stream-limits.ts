/** XEP-0478: Stream Limits Advertisement <https://xmpp.org/extensions/xep-0478.html>, and what we take ourselves. */
import type {Stage} from '../../errors.ts'
import type {Element} from '../../xml.ts'

const NS_LIMITS = 'urn:xmpp:stream-limits:0'

/** The most bytes that the server takes as one stanza; undefined where it does not say. */
export function parseMaxBytes(features: Element): number | undefined {
  const text = features.getChild('limits', NS_LIMITS)?.getChildText('max-bytes') ?? ''
  return /^\d+$/.test(text) ? Number(text) : undefined
}

/** The most characters that we take as one element: well beyond what servers relay (10 MiB is a lot). */
export const MAX_CHARACTERS = 2 ** 24

/** And before the sign-in, when it may still be anybody who speaks, and features are all that is said. */
const MAX_UNSIGNED = 2 ** 18

export const maxCharacters = (stage: Stage): number =>
  stage === 'tls' || stage === 'auth' ? MAX_UNSIGNED : MAX_CHARACTERS
