/** Splits the arguments of `send` into recipients and the text. */
import {EXIT, Failure} from '../../errors.ts'

export interface Recipients {
  recipients: string[]
  /** `-` for standard input; undefined for a message without a text argument. */
  text: string | undefined
}

type TextSource = 'last-argument' | 'last-argument-if-any' | 'elsewhere'

export function parseRecipients(argv: string[], source: TextSource): Recipients {
  if (source === 'elsewhere') rejectText(argv)
  const hasText = source !== 'elsewhere' && argv.length > 1
  const recipients = hasText ? argv.slice(0, -1) : argv
  if (recipients.length === 0)
    throw new Failure('missing-recipient', 'The recipient is missing', EXIT.usage, {
      hint: 'Write xmpp send JID TEXT',
    })
  if (hasText) return {recipients, text: argv.at(-1)}
  return {recipients, text: source === 'last-argument' ? '-' : undefined}
}

/**
 * Throws if the last argument looks like a text although all arguments are recipients. In some networks the names of
 * servers have no dot: localhost is accepted, and a name if another recipient has no dot either or is on that server.
 * `xmpp:NAME` is accepted everywhere.
 */
function rejectText(argv: string[]): void {
  const last = argv.at(-1) ?? ''
  const others = argv.slice(0, -1)
  if (others.length === 0 || /[@.:]/.test(last) || last === 'localhost') return
  if (others.some((other) => !/[@.:]/.test(other) || other.endsWith(`@${last}`))) return
  throw new Failure(
    'usage',
    `"${last}" is not a recipient, and the message already has its content`,
    EXIT.usage,
    {
      hint: `--body-file, --react and --retract replace the text. Write the server "${last}" as xmpp:${last}`,
    },
  )
}

/** Where the text is, which depends on the other content of the message. */
export function textSource(flags: {
  'body-file'?: string | undefined
  oob?: string | undefined
  react?: string[] | undefined
  retract?: string | undefined
}): TextSource {
  const {oob, react, retract} = flags
  if (flags['body-file'] !== undefined || react || retract !== undefined) return 'elsewhere'
  return oob === undefined ? 'last-argument' : 'last-argument-if-any'
}

/** Whether a text may have been meant as a recipient. */
export const looksLikeAddress = (text: string): boolean => /^[^\s@/]+@[^\s@/]+\.[^\s@]+$/.test(text)
