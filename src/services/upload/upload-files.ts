/** Uploads files one after another, each into a slot of its own, with one result each. */
import type {UploadContext} from '../../cli/base-command.ts'
import {IdleTimeout} from '../../cli/idle-timeout.ts'
import {shutdownSignal} from '../../cli/signals.ts'
import {startByteProgress} from '../../cli/terminal/progress.ts'
import {Failure} from '../../errors.ts'
import {failedUpload, type UploadResult} from '../../protocol/file/http-upload.ts'
import type {SharedFile} from '../../protocol/message/file-sharing.ts'
import {putFile} from './put-file.ts'
import {SlotRequests} from './slot-requests.ts'
import {closeSources, openSources, type UploadSource} from './source.ts'

/** How long a service may take to answer a request. A transfer may take as long as it moves. */
const ANSWER_MS = 30_000

/** Throws if no file was tried; otherwise each file has its own result. */
export async function uploadFiles(
  sources: UploadSource[],
  context: UploadContext,
): Promise<UploadResult[]> {
  const results = new Map<UploadSource, UploadResult>()
  const isOver = (source: UploadSource): boolean => {
    const {error} = results.get(source) ?? {}
    return error !== undefined && !(error?.retryable && source.isRepeatable)
  }
  const progress = await startByteProgress(await totalOf(sources), context.showProgress)
  const idle = new IdleTimeout(ANSWER_MS)
  const expired = new AbortController()
  void idle.expired.then((failure) => expired.abort(failure))
  const ended = new AbortController()
  // The connection of the session is idle during a long transfer, and may be lost.
  const hold = {onDisconnect() {}, onReconnect() {}}
  const interrupt = AbortSignal.any([shutdownSignal, expired.signal])
  try {
    await context.open(
      async ({bound, iq, signal}) => {
        const slots = new SlotRequests(iq, context, (answer) => untilAnswered(answer, bound, idle))
        const transfer = {
          http: context.http,
          signal: AbortSignal.any([signal, ended.signal]),
          onProgress: (bytes: number) => progress.step(bytes),
        }
        for (const source of sources)
          if (!isOver(source)) {
            const result = await uploadFile(source, slots, transfer)
            if (result.error) await bound // a session that does not open is not a failure of the file
            results.set(source, result)
          }
        const retryable = sources.find((source) => !isOver(source))
        if (retryable) throw results.get(retryable)?.error // so that --retry applies
      },
      {hold, interrupt},
    )
  } catch (error) {
    if (!(error instanceof Failure) || results.size === 0) throw error
    for (const source of sources)
      if (!results.has(source)) results.set(source, failedUpload(source.name, error))
  } finally {
    progress.stop()
    ended.abort(new DOMException('The run is over', 'AbortError'))
  }
  return sources.flatMap((source) => results.get(source) ?? [])
}

async function totalOf(sources: UploadSource[]): Promise<number> {
  const sizes = await Promise.all(sources.map((source) => source.size()))
  return sizes.reduce((total, size) => total + size, 0)
}

/** The time for an answer begins when the session is open. */
async function untilAnswered<T>(
  answer: Promise<T>,
  bound: Promise<unknown>,
  idle: IdleTimeout,
): Promise<T> {
  const limited = bound.then(
    () => idle.until(answer),
    () => answer, // which a session that does not open rejects
  )
  const result = await limited
  idle.renew()
  return result
}

/** Rejects if the run is over; any other failure is in the result. */
async function uploadFile(
  source: UploadSource,
  slots: SlotRequests,
  transfer: Parameters<typeof putFile>[3],
): Promise<UploadResult> {
  try {
    const file = {name: source.name, type: source.type, size: await source.size()}
    const slot = await slots.slotFor(file)
    const sha256 = await putFile(file, await source.open(), slot, transfer)
    return {...file, url: slot.get.href, sha256, error: null}
  } catch (error) {
    transfer.signal.throwIfAborted()
    if (!(error instanceof Failure)) throw error
    return failedUpload(source.name, error)
  }
}

/** Uploads the files of a message. Throws if a file cannot be read or was not uploaded. */
export async function uploadAttachments(
  files: string[],
  context: UploadContext,
  signal: AbortSignal,
): Promise<SharedFile[]> {
  const options = {name: undefined, type: undefined, size: undefined}
  const sources = await openSources(files, options, signal)
  try {
    return (await uploadFiles(sources, context)).map(({error, url, ...metadata}) => {
      if (error) throw error.about(metadata.name)
      return {url: url ?? '', ...metadata}
    })
  } finally {
    await closeSources(sources)
  }
}
