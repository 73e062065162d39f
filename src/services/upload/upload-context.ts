/** The parts of a run that uploads need. */
import type {Settings} from '../../account/settings.ts'
import {openUploadCache, type UploadCache} from '../../account/state/upload-cache.ts'
import type {SessionContext, UseSession} from '../../cli/base-command.ts'
import {type CommandSessionOptions, httpClientFor} from '../../cli/with-session.ts'
import type {HttpClient} from '../../http.ts'

export interface UploadContext {
  /** The domain whose services are searched. */
  domain: string
  cache: UploadCache
  http: HttpClient
  /** Opens a session, passes it to `use`, and closes it. Repeats this after a retryable failure if --retry allows it. */
  open(use: UseSession<void>, options: CommandSessionOptions): Promise<void>
  showProgress: boolean
}

export async function newUploadContext(
  settings: Settings,
  {open, showProgress}: Pick<SessionContext, 'open' | 'showProgress'>,
): Promise<UploadContext> {
  const {jid, server, trust} = settings
  const owner = {jid: jid.bare, server, insecure: trust.insecure === true}
  return {
    domain: jid.domain,
    cache: openUploadCache(owner, process.env),
    http: await httpClientFor(settings),
    open: (use, options) => open(settings, use, options),
    showProgress,
  }
}
