/** From the arguments, flags and input of `send` to the stanzas to send. */
import {readText} from '../../cli/files.ts'
import type {InputContext} from '../../cli/input-context.ts'
import {isPipe, readStdin} from '../../cli/stdin.ts'
import {EXIT, Failure} from '../../errors.ts'
import {parseJid} from '../../jid.ts'
import {renderAddressAsText} from '../../output/send.ts'
import type {SharedFile} from '../../protocol/message/file-sharing.ts'
import {buildStanza, fitToLimit} from './compose.ts'
import {readMessageOptions, type SendFlags} from './flags.ts'
import type {MessageOptions} from './options.ts'
import type {OutgoingStanza} from './outgoing-stanza.ts'
import {parseRaw} from './raw.ts'
import {
  addressAsText,
  type ContentSources,
  looksLikeAddress,
  NO_ADDRESSES,
  needsAddressBook,
  parseRecipients,
  textSource,
} from './recipients.ts'

export interface SendInput {
  stanzas: OutgoingStanza[]
  /** The options of the messages with the files, one for each recipient. */
  forFiles: MessageOptions[]
}

/** Finds all invalid input, so nothing connects in vain. */
export async function readStanzas(
  argv: string[],
  flags: SendFlags,
  context: InputContext,
): Promise<SendInput> {
  if (!flags.raw) return readMessages(argv, flags, context)
  if (argv.length > 0)
    throw new Failure('usage', '--raw takes no arguments', EXIT.usage, {
      hint: 'Write the recipient into the stanza',
    })
  const stanza = parseRaw(await readBody('-', context.inputSignal('-')), flags.wait)
  return {stanzas: [stanza], forFiles: []}
}

async function readMessages(
  argv: string[],
  flags: SendFlags,
  context: InputContext,
): Promise<SendInput> {
  const {body, recipients} = await readMessage(argv, flags, context)
  const options = await readMessageOptions(flags, context.signal)
  const forFiles = withoutDuplicates(recipients).map((to) => ({...options, to}))
  if (!body && flags.attach) {
    buildFileStanzas(forFiles, [EXAMPLE])
    return {stanzas: [], forFiles}
  }
  return {stanzas: forFiles.map((message) => buildStanza({...message, body})), forFiles}
}

/** A recipient that is named twice gets a message once. */
const withoutDuplicates = (recipients: string[]): string[] => [
  ...new Map(recipients.map((to) => [parseJid(to).full, to])).values(),
]

/** The recipients of messages whose text is not an argument. */
export async function readRecipients(
  argv: string[],
  addressBook: InputContext['addressBook'],
): Promise<string[]> {
  const book = needsAddressBook(argv, 'elsewhere') ? await addressBook() : NO_ADDRESSES
  return withoutDuplicates(parseRecipients(argv, 'elsewhere', book).recipients)
}

/** Stands for a file while the options of its message are checked. */
const EXAMPLE = {url: 'https://localhost/', name: null, size: null, type: null, sha256: null}

/** For --dry-run. */
export const stanzaTexts = ({stanzas}: SendInput): string[] =>
  stanzas.flatMap((stanza) => fitToLimit(stanza)).map(({element}) => String(element))

/** One message for each file, whose body is its URL: clients show a picture only then. */
export function buildFileStanzas(
  messages: MessageOptions[],
  files: SharedFile[],
): OutgoingStanza[] {
  return messages.flatMap((message) =>
    files.map((file, i) => {
      const id = message.id === undefined ? undefined : `${message.id}-file-${i + 1}`
      const own = {id, oob: file.url, replyTo: undefined, subject: undefined}
      return buildStanza({...message, ...own}, file)
    }),
  )
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
    warn(renderAddressAsText(text))
  }
  const file = flags['body-file'] ?? (text === '-' && flags.message === undefined ? '-' : undefined)
  if (file === '-' && flags.attach?.includes('-'))
    throw new Failure('usage', 'The text and a file both need standard input', EXIT.usage, {
      hint: 'Give the text with -m TEXT',
    })
  return {recipients, body: file === undefined ? text : await readBody(file, inputSignal(file))}
}

/** The text of a message, without one final newline. */
async function readBody(file: string, signal: AbortSignal): Promise<string> {
  const text = file === '-' ? await readStdin(signal) : await readText(file, signal)
  return text.replace(/\r?\n$/, '')
}
