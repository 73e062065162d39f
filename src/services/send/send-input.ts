/** Sends the input of `send`: uploads its files, and then sends all messages in one session. */

import type {Settings} from '../../account/settings.ts'
import {saveRoomNames} from '../../account/state/completion-values.ts'
import type {SessionContext} from '../../cli/base-command.ts'
import {defaultNick} from '../../cli/room-flags.ts'
import {timeLeft} from '../../cli/timeout.ts'
import {bareJidOf} from '../../jid.ts'
import type {SharedFile} from '../../protocol/message/file-sharing.ts'
import type {SendResult} from '../../protocol/message/message.ts'
import {newRoomSentence} from '../../protocol/muc/owner.ts'
import type {SendFlags} from './flags.ts'
import {buildFileStanzas, type SendInput} from './read-stanzas.ts'
import {sendMessages} from './send-messages.ts'

export interface SendContext extends SessionContext {
  /** Ends the wait for the content of a file. */
  signal: AbortSignal
  warn(sentence: string): void
}

/** How long the messages may take after an upload, unless --timeout limits the whole run. */
const AFTER_UPLOAD_MS = 30_000

export async function sendInput(
  input: SendInput,
  flags: SendFlags,
  context: SendContext,
): Promise<SendResult[]> {
  const settings = await context.settings()
  const nick = defaultNick(settings.jid)
  const files = await uploadFiles(flags.attach, settings, context)
  const timeout = files.length > 0 ? afterUpload(settings.timeout) : settings.timeout
  const stanzas = [...input.stanzas, ...buildFileStanzas(input.forFiles, files)]
  const results = await sendMessages(stanzas, nick, (use) =>
    context.open({...settings, timeout}, use),
  )
  for (const {roomCreated, to} of results)
    if (roomCreated) context.warn(newRoomSentence(roomCreated, to))
  const accepted = results.filter(({error}) => !error).map(({to}) => bareJidOf(to))
  if (flags.room) await saveRoomNames(process.env, settings.jid.bare, accepted)
  return results
}

/** @param files paths, or `-` for standard input */
async function uploadFiles(
  files: string[] | undefined,
  settings: Settings,
  {signal, uploadContext}: SendContext,
): Promise<SharedFile[]> {
  if (!files) return []
  const {uploadAttachments} = await import('../upload/upload-files.ts') // few runs need it
  return uploadAttachments(files, await uploadContext(settings), signal)
}

const afterUpload = (timeout: number | undefined): number =>
  timeout === undefined ? AFTER_UPLOAD_MS : Math.round(timeLeft(timeout))
