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
  type ContentSources,
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
  context: InputContext,
): Promise<OutgoingStanza[]> {
  const {body, recipients} = await readMessage(argv, flags, context)
  const options = {...(await readMessageOptions(flags, context.signal)), body}
  const stanzas = recipients.map((to) => buildStanza({...options, to}))
  // A recipient that is named twice gets the message once.
  return [...new Map(stanzas.map((stanza) => [stanza.element.attrs.to, stanza])).values()]
}

/** The recipients, and the text from the arguments, a flag, a file or standard input. */
export async function readMessage(
  argv: string[],
  flags: ContentSources,
  {addressBook, inputSignal, warn}: Omit<InputContext, 'signal'>,
): Promise<{recipients: string[]; body: string | undefined}> {
  const source = textSource(flags)
  const book = needsAddressBook(argv, source) ? await addressBook() : NO_ADDRESSES
  const {recipients, text = flags.message} = parseRecipients(argv, source, book)
  if (flags.message === undefined && text !== undefined && looksLikeAddress(text)) {
    if (isPipe()) throw addressAsText(text)
    warn(`"${text}" is sent as the text; if it is a recipient, add - as the last argument`)
  }
  const file = flags['body-file'] ?? (text === '-' && flags.message === undefined ? '-' : undefined)
  return {recipients, body: file === undefined ? text : await readBody(file, inputSignal(file))}
}
