/** From the arguments, flags and input of `send` to the stanzas to send. */
import {readBody} from '../../cli/files.ts'
import {isPipe} from '../../cli/stdin.ts'
import {EXIT, Failure} from '../../errors.ts'
import {buildStanza} from './compose.ts'
import {readMessageOptions, type SendFlags} from './flags.ts'
import type {OutgoingStanza} from './outgoing-stanza.ts'
import {parseRaw} from './raw.ts'
import {
  type AddressBook,
  addressAsText,
  looksLikeAddress,
  NO_ADDRESSES,
  needsAddressBook,
  parseRecipients,
  textSource,
} from './recipients.ts'

export interface InputContext {
  /** Ends the wait for a password file. */
  signal: AbortSignal
  /** Ends the wait for the text. @param file `-` for standard input */
  inputSignal(file: string): AbortSignal
  warn(sentence: string): void
  addressBook(): Promise<AddressBook>
}

/** Finds all invalid input, so nothing connects in vain. */
export async function readStanzas(
  argv: string[],
  flags: SendFlags,
  context: InputContext,
): Promise<OutgoingStanza[]> {
  if (!flags.raw) return readMessages(argv, flags, context)
  if (argv.length > 0)
    throw new Failure('usage', '--raw takes no arguments', EXIT.usage, {
      hint: 'Write the recipient into the stanza',
    })
  return [parseRaw(await readBody('-', context.inputSignal('-')), flags.wait)]
}

async function readMessages(
  argv: string[],
  flags: SendFlags,
  {addressBook, inputSignal, signal, warn}: InputContext,
): Promise<OutgoingStanza[]> {
  const source = textSource(flags)
  const book = needsAddressBook(argv, source) ? await addressBook() : NO_ADDRESSES
  const {recipients, text = flags.message} = parseRecipients(argv, source, book)
  if (flags.message === undefined && text !== undefined && looksLikeAddress(text)) {
    if (isPipe()) throw addressAsText(text)
    warn(`"${text}" is sent as the text; if it is a recipient, add - as the last argument`)
  }
  const file = flags['body-file'] ?? (text === '-' && flags.message === undefined ? '-' : undefined)
  const body = file === undefined ? text : await readBody(file, inputSignal(file))
  const options = {...(await readMessageOptions(flags, signal)), body}
  const stanzas = recipients.map((to) => buildStanza({...options, to}))
  // A recipient that is named twice gets the message once.
  return [...new Map(stanzas.map((stanza) => [stanza.element.attrs.to, stanza])).values()]
}
