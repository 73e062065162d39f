/** Sends the input of `send` in one session, which first uploads its files. */
import type {Settings} from '../../account/settings.ts'
import {saveRoomNames} from '../../account/state/completion-values.ts'
import type {SessionContext} from '../../cli/base-command.ts'
import {defaultNick} from '../../cli/room-flags.ts'
import {bareJidOf} from '../../jid.ts'
import {renderNewRoom} from '../../output/room.ts'
import type {SendResult} from '../../protocol/message/message.ts'
import type {SendFlags} from './flags.ts'
import type {OutgoingStanza} from './outgoing-stanza.ts'
import {buildFileStanzas, type SendInput} from './read-stanzas.ts'
import {fitToServer, type PrepareMessages, sendMessages} from './send-messages.ts'

export interface SendContext extends SessionContext {
  /** Ends the wait for the content of a file. */
  signal: AbortSignal
  warn(sentence: string): void
}

/** The time for the messages after an upload, unless --timeout limits the whole run. */
const AFTER_UPLOAD_MS = 30_000

export async function sendInput(
  input: SendInput,
  flags: SendFlags,
  context: SendContext,
): Promise<SendResult[]> {
  const settings = await context.settings()
  const results = flags.attach
    ? await sendWithFiles(flags.attach, input, settings, context)
    : await sendMessages(
        () => input.stanzas,
        defaultNick(settings.jid),
        (use) => context.open(settings, use),
      )
  for (const {roomCreated, to} of results)
    if (roomCreated) context.warn(renderNewRoom(roomCreated, to))
  const accepted = results.filter(({error}) => !error).map(({to}) => bareJidOf(to))
  if (flags.room) await saveRoomNames(process.env, settings.jid.bare, accepted)
  return results
}

/** Nothing is sent unless all files were uploaded. @param files paths, or `-` for standard input */
async function sendWithFiles(
  files: string[],
  {forFiles, stanzas: texts}: SendInput,
  settings: Settings,
  context: SendContext,
): Promise<SendResult[]> {
  const {Uploads} = await import('../upload/upload-files.ts') // few runs need these
  const {newUploadContext} = await import('../upload/upload-context.ts')
  const {DEFAULT_OPTIONS, withSources} = await import('../upload/source.ts')
  return withSources(files, DEFAULT_OPTIONS, context.signal, async (sources) => {
    const uploads = new Uploads(sources, await newUploadContext(settings, context))
    let all: OutgoingStanza[] | undefined
    const prepare: PrepareMessages = async (session) => {
      await fitToServer(texts, session) // fails before the upload
      await uploads.run(session)
      const fileStanzas = buildFileStanzas(forFiles, uploads.shared)
      await uploads.checkConnection(session)
      if (settings.timeout === undefined && !all) uploads.endAfter(AFTER_UPLOAD_MS)
      all ??= [...texts, ...fileStanzas]
      return all
    }
    return sendMessages(prepare, defaultNick(settings.jid), (use) => uploads.open(use))
  })
}
