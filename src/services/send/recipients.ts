/** Splits the arguments of `send` into recipients and the text. */
import type {AddressBook} from '../../account/address-book.ts'
import {EXIT, Failure} from '../../errors.ts'

export interface Recipients {
  recipients: string[]
  /** `-` for standard input; undefined for a message without a text argument. */
  text: string | undefined
}

export const NO_ADDRESSES: AddressBook = {defaults: [], aliases: new Map()}

type TextSource = 'last-argument' | 'last-argument-if-any' | 'elsewhere'

/** Whether the result depends on the address book, which must be read from a file. */
export function needsAddressBook(argv: string[], source: TextSource): boolean {
  const words = source === 'elsewhere' || argv.length < 2 ? argv : argv.slice(0, -1)
  return words.length === 0 || words.some((word) => !isAddress(word))
}

export function parseRecipients(
  argv: string[],
  source: TextSource,
  book: AddressBook = NO_ADDRESSES,
): Recipients {
  const {recipients, text} = split(argv, source, book)
  if (recipients.length === 0)
    throw new Failure('missing-recipient', 'The recipient is missing', EXIT.usage, {
      hint:
        source === 'elsewhere'
          ? 'Give a JID as an argument, or set XMPP_TO'
          : 'Write the JID before the text, or set XMPP_TO',
    })
  if (source === 'elsewhere') rejectText(recipients, book)
  else if (recipients.length > 1) rejectWords(recipients, book)
  return {recipients: recipients.flatMap((word) => book.aliases.get(word) ?? [word]), text}
}

function split(argv: string[], source: TextSource, book: AddressBook): Recipients {
  const [word, ...others] = argv
  const text = source === 'last-argument' ? '-' : undefined
  if (word === undefined) return {recipients: [...book.defaults], text}
  if (source === 'elsewhere') return {recipients: argv, text: undefined}
  if (others.length > 0) return {recipients: argv.slice(0, -1), text: argv.at(-1)}
  const isText = book.defaults.length > 0 && !isAddress(word) && !book.aliases.has(word)
  return isText ? {recipients: [...book.defaults], text: word} : {recipients: [word], text}
}

/** In some networks the names of servers have no dot; `xmpp:NAME` is accepted everywhere. */
const isAddress = (word: string): boolean => /[@.:]/.test(word) || word === 'localhost'

/** Throws for the words of a text that is not quoted. */
function rejectWords(recipients: string[], {aliases}: AddressBook): void {
  const word = recipients.find(
    (word) =>
      !isAddress(word) && !aliases.has(word) && !recipients.some((jid) => jid.endsWith(`@${word}`)),
  )
  if (word === undefined) return
  throw new Failure('usage', `"${word}" is not an address`, EXIT.usage, {
    hint: `Quote the text, or use -m TEXT. A server is written xmpp:${word}`,
  })
}

/** Throws if the last argument looks like a text although all arguments are recipients. */
function rejectText(argv: string[], {aliases}: AddressBook): void {
  const last = argv.at(-1) ?? ''
  const others = argv.slice(0, -1)
  if (others.length === 0 || isAddress(last) || aliases.has(last)) return
  if (others.some((other) => !isAddress(other) || other.endsWith(`@${last}`))) return
  throw new Failure(
    'usage',
    `"${last}" is not a recipient, and the message already has its content`,
    EXIT.usage,
    {
      hint: `--message, --body-file, --react and --retract replace the text. Write the server "${last}" as xmpp:${last}`,
    },
  )
}

/** An address is in the place of the text, while a text may wait on standard input. */
export const addressAsText = (text: string): Failure =>
  new Failure('usage', `"${text}" is in the place of the text`, EXIT.usage, {
    hint: 'For one more recipient, write - behind it. To send the address as the text, use -m',
  })

/** The flags that replace the text argument. */
export interface ContentSources {
  attach?: string[] | undefined
  message?: string | undefined
  'body-file'?: string | undefined
  oob?: string | undefined
  react?: string[] | undefined
  retract?: string | undefined
}

/** The source of the text, which depends on the other content of the message. */
export function textSource(flags: ContentSources): TextSource {
  const {attach, message, oob, react, retract} = flags
  const isElsewhere = [message, flags['body-file'], react, retract].some(
    (content) => content !== undefined,
  )
  if (isElsewhere) return 'elsewhere'
  return oob === undefined && attach === undefined ? 'last-argument' : 'last-argument-if-any'
}

/** Whether a text may have been meant as a recipient. */
export const looksLikeAddress = (text: string): boolean => /^[^\s@/]+@[^\s@/]+\.[^\s@]+$/.test(text)
