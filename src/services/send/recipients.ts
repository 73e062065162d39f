/** What the words behind `send` mean: recipients, and the text where it is not elsewhere. */
import {EXIT, Failure} from '../../errors.ts'

export interface Recipients {
  recipients: string[]
  /** A text, `-` for standard input, or undefined for a message that needs none. */
  text: string | undefined
}

type TextPlace = 'last-word' | 'last-word-if-any' | 'elsewhere'

export function parseRecipients(words: string[], place: TextPlace): Recipients {
  if (place === 'elsewhere') rejectText(words)
  const hasText = place !== 'elsewhere' && words.length > 1
  const recipients = hasText ? words.slice(0, -1) : words
  if (recipients.length === 0)
    throw new Failure('missing-recipient', 'There is no recipient', EXIT.usage, {
      hint: 'Write xmpp send JID TEXT',
    })
  if (hasText) return {recipients, text: words.at(-1)}
  return {recipients, text: place === 'last-word' ? '-' : undefined}
}

/**
 * All words are recipients, and the last one looks more like a text. The name of a server has no dot in some networks,
 * but then it is localhost, others there are written like it or live on it; `xmpp:NAME` is an address anywhere.
 */
function rejectText(words: string[]): void {
  const last = words.at(-1) ?? ''
  const others = words.slice(0, -1)
  if (others.length === 0 || /[@.:]/.test(last) || last === 'localhost') return
  if (others.some((other) => !/[@.:]/.test(other) || other.endsWith(`@${last}`))) return
  throw new Failure('usage', `"${last}" is no recipient, and there is a text already`, EXIT.usage, {
    hint: `--body-file has the text, --react and --retract need none; a server is xmpp:${last}`,
  })
}

/** Where the text is, given what else a message may say. */
export function textPlace(flags: {
  'body-file'?: string | undefined
  oob?: string | undefined
  react?: string[] | undefined
  retract?: string | undefined
}): TextPlace {
  const {oob, react, retract} = flags
  if (flags['body-file'] !== undefined || react || retract !== undefined) return 'elsewhere'
  return oob === undefined ? 'last-word' : 'last-word-if-any'
}

/** Whether a text is so much like an address that it may have been meant as one. */
export const looksLikeAddress = (text: string): boolean => /^[^\s@/]+@[^\s@/]+\.[^\s@]+$/.test(text)
