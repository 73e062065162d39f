/** The connection helper of all commands: from settings to a session, which is always closed. */
import {attributeError} from '../account/config/error-origin.ts'
import type {Settings, WebSettings} from '../account/settings.ts'
import {withUsernameHint} from '../account/username-hint.ts'
import type {Failure} from '../errors.ts'
import type {HttpClient} from '../http.ts'
import type {Session, SessionOptions} from '../session/session.ts'
import type {TraceSink} from '../session/stream/trace.ts'
import type {Iq} from '../xml.ts'
import {shutdownSignal} from './signals.ts'
import {withoutSpinner} from './terminal/spinner.ts'

/** The options of a command for its session, besides its flags. */
export type CommandSessionOptions = Omit<SessionOptions, 'trace'>

/** For HTTPS requests without a session. */
export interface WebSession {
  http: HttpClient
  /** Aborts, with a `Failure` as its reason, when the run must end. */
  signal: AbortSignal
}

/** Connects, signs in, and passes the session to `use`. A failure caused by a setting names its source. */
export async function withAccountSession<T>(
  settings: Settings,
  trace: TraceSink,
  use: (session: Session) => Promise<T>,
  options: CommandSessionOptions = {},
): Promise<T> {
  const {withSession} = await import('../session/session.ts')
  const {password, prepare, ...rest} = await withProxy(settings)
  await withoutSpinner(prepare)
  const account = {...rest, password: () => withoutSpinner(password)}
  const explain = (failure: Failure): Failure =>
    withUsernameHint(attributeError(failure, settings.sources), settings.jid)
  return withSession(account, use, {interrupt: shutdownSignal, ...options, trace, explain})
}

/** Connects without a sign-in: on such a stream only registration is possible (XEP-0077 §3.1). */
export async function withStream<T>(
  settings: Settings,
  trace: TraceSink,
  use: (iq: Iq) => Promise<T>,
): Promise<T> {
  const {withUnauthenticatedStream} = await import('../session/session.ts')
  const account = await withProxy(settings)
  return withUnauthenticatedStream(account, use, {interrupt: shutdownSignal, trace}).catch(
    (error) => {
      throw attributeError(error, settings.sources)
    },
  )
}

/** Passes a web client to `use`. Repeats this after a retryable failure if --retry allows it. */
export async function withHttp<T>(
  settings: WebSettings,
  trace: TraceSink,
  use: (web: WebSession) => Promise<T>,
): Promise<T> {
  const {withDeadline} = await import('../session/session.ts')
  const http = await httpClientFor(settings)
  const run = withDeadline(settings, (signal) => use({http, signal}), {
    ...{interrupt: shutdownSignal, trace},
  })
  return run.catch((error) => {
    throw attributeError(error, settings.sources)
  })
}

type HttpSettings = Pick<Settings, 'connectTimeout' | 'proxy' | 'trust'> | WebSettings

/** HTTPS requests with the CA and the proxy of the account. */
export async function httpClientFor(settings: HttpSettings): Promise<HttpClient> {
  const {connectTimeout, proxy, trust} = settings
  const {newHttpClient} = await import('../session/connect/https-client.ts')
  const {chooseProxy} = await import('../session/connect/proxy.ts')
  const proxyFor = (host: string, port: number) => chooseProxy(host, process.env, proxy, port)
  return newHttpClient({connectTimeout, proxyFor, trust})
}

/** For a command with a limit of its own, in milliseconds: only the opening of the session is limited by it. */
export const withoutTimeout = (settings: Settings, limit: number): Settings => ({
  ...settings,
  connectTimeout: Math.min(settings.connectTimeout, limit),
  timeout: undefined,
})

/** Settings with the proxy of the environment, if no other proxy is set. */
export async function withProxy(settings: Settings): Promise<Settings> {
  const {chooseProxy} = await import('../session/connect/proxy.ts')
  const {hostname, port} = serverAddress(settings)
  return {...settings, proxy: chooseProxy(hostname, process.env, settings.proxy, port)}
}

/** The host to compare with NO_PROXY. */
function serverAddress({jid, server = ''}: Settings): {hostname: string; port?: number} {
  const {hostname = '', port} = URL.canParse(server) ? new URL(server) : {}
  if (hostname === '') return {hostname: jid.domain} // `host:port` is a URL with the scheme "host"
  return {hostname, ...(port && {port: Number(port)})}
}
