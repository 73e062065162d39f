/** Who we are and how to get there, from all sources (contract: accounts and secrets). */

import {parseDuration} from '../duration.ts'
import {EXIT, Failure} from '../errors.ts'
import type {Jid} from '../jid.ts'
import type {Account, StateStore, Trust} from '../session/types.ts'
import {type Config, loadConfig, NO_CONFIG} from './config/config.ts'
import {lookup, lookupAll, type Sources, type Value, withConfigErrors} from './config/lookup.ts'
import type {AccountFlags, OptionKey} from './config/options.ts'
import {hasPassword} from './config/redact-url.ts'
import {readSecretFile, readUserFile, resolveConfigPath} from './config/user-file.ts'
import {
  chooseSecret,
  type PasswordPrompts,
  readSecret,
  type Secret,
} from './secrets/password-source.ts'
import {chooseAccount} from './select-account.ts'
import type {Env} from './state/directories.ts'
import {openState} from './state/state.ts'

export interface Settings extends Account {
  /** The name of the account's table in the config file, if one is used. */
  account: string | undefined
  /** Who said so. */
  origins: {account: string | undefined; jid: string}
  config: Config
  sources: Sources
  jid: Jid
  secret: Secret
  /** Reads the secret, once. */
  password(): Promise<string>
  /** Asks for the password now if it will be needed and only a person knows it; looks whether its file is there. */
  prepare(): Promise<void>
  anonymous: boolean
  server: string | undefined
  proxy: string | undefined
  trust: Trust
  connectTimeout: number
  timeout: number | undefined
  retry: number
  memory: StateStore
}

export interface Context extends PasswordPrompts {
  env: Env
  /** The limit of the whole run where nothing sets one. */
  timeout: string | undefined
  /** The config file that is named may be one to be. */
  allowMissing?: boolean
  /** Overrules what flags, variables and the config file say of the server; null is where DNS leads. */
  server?: string | null
  /** Aborts, with a `Failure` as its reason, when the run has lasted so long (milliseconds), or is ended otherwise. */
  limit(timeout: number | undefined): AbortSignal
  warn(sentence: string): void
}

export async function resolveSettings(flags: AccountFlags, context: Context): Promise<Settings> {
  const {env} = context
  const config = await loadConfig(flags.config, env, {
    mayBeNew: context.allowMissing,
    signal: context.limit(limitBefore(flags, context)),
  })
  const {account, accountFrom, jid, jidFrom} = chooseAccount(flags, env, config)
  const sources: Sources = {flags, env, config, account}
  const anonymous = lookupAll('anonymous', sources)[0]?.value === true
  if (!anonymous && jid.local === undefined)
    throw withConfigErrors(jidFrom, () => noLocalPart(jidFrom.value))
  const server =
    context.server === undefined ? lookup('server', sources)?.value : (context.server ?? undefined)
  const given = readDuration('timeout', sources)
  const timeout =
    given ?? (context.timeout === undefined ? undefined : parseDuration(context.timeout))
  const limit = (): AbortSignal => context.limit(timeout)
  const trust = await readTrust(jid.domain, sources, limit)
  const chosen = chooseSecret(jid.bare, sources, context)
  const secret = chosen.level ? chosen : (nonPasswordSecret(anonymous, trust, sources) ?? chosen)
  const memory = openState({
    jid: jid.bare,
    server,
    env,
    // A certificate is meant to be shown, and a token would sign in without it.
    withoutTokens: trust.insecure === true || trust.cert !== undefined,
    warn: context.warn,
  })
  let read: Promise<string> | undefined
  const password = (): Promise<string> => {
    // How long a person takes is nobody's business but their own, unless they said so.
    const patience = secret.kind === 'prompt' ? context.limit(given) : limit()
    read ??= readSecret(secret, patience)
    return read
  }
  return {
    account,
    origins: {account: account && accountFrom, jid: jidFrom.origin},
    config,
    sources,
    jid,
    secret,
    password,
    async prepare() {
      if (anonymous || trust.cert !== undefined) return
      // A token would let a source that fails go unnoticed until it ends.
      await secret.check?.(limit())
      if (secret.kind !== 'prompt') return
      const {token} = await memory.load()
      if (!token) await password()
    },
    anonymous,
    server,
    proxy: readProxy(sources),
    trust,
    connectTimeout: readDuration('connect_timeout', sources) ?? parseDuration('30s'),
    timeout,
    retry: readRetry(sources),
    memory,
  }
}

/** The limit of the whole run as long as the config file, which may set one, is not read. */
function limitBefore(flags: AccountFlags, {env, timeout}: Context): number | undefined {
  const given = readDuration('timeout', {flags, env, config: NO_CONFIG, account: undefined})
  return given ?? (timeout === undefined ? undefined : parseDuration(timeout))
}

/** With a password that was just typed or made up in place of what is configured. */
export function withPassword(settings: Settings, password: string): Settings {
  const read = (): Promise<string> => Promise.resolve(password)
  const secret: Secret = {kind: 'prompt', origin: 'the terminal', detail: null, read}
  return {...settings, secret, password: read}
}

/** What signs in where no password is configured and none will be asked for. */
function nonPasswordSecret(
  anonymous: boolean,
  {cert}: Trust,
  sources: Sources,
): Secret | undefined {
  if (anonymous) {
    const {origin = ''} = lookupAll('anonymous', sources)[0] ?? {}
    const read = (): Promise<string> => Promise.resolve('')
    return {kind: 'anonymous', origin, detail: null, read}
  }
  if (cert === undefined) return undefined
  const {origin = '', value = null} = lookup('client_cert', sources) ?? {}
  return {
    kind: 'certificate',
    origin,
    detail: value,
    read: () => Promise.reject(certificateNotTaken()),
  }
}

async function readTrust(
  domain: string,
  sources: Sources,
  limit: () => AbortSignal,
): Promise<Trust> {
  const {config, env, flags} = sources
  const found = (key: OptionKey): string | undefined => {
    const value = lookup(key, sources)
    return value && resolveConfigPath(value, config.file, env)
  }
  const caFile = found('ca_file')
  const certFile = found('client_cert')
  const keyFile = found('client_key')
  const pin = lookup('tls_pin', sources)?.value
  return {
    domain,
    ...(caFile && {ca: await readUserFile(caFile, 'the CA file', limit())}),
    ...(pin && {pin}),
    ...(flags.insecure && {insecure: true}),
    ...(certFile && {cert: await readUserFile(certFile, 'the client certificate', limit())}),
    ...(keyFile && {key: await readSecretFile(keyFile, 'the client key', limit())}),
  }
}

/** Its password would be in every list of processes. */
function readProxy(sources: Sources): string | undefined {
  const proxy = lookup('proxy', sources)
  if (proxy?.level === 'flag' && hasPassword(proxy.value))
    throw new Failure('secret-on-argv', 'Others can see a password in --proxy', EXIT.usage, {
      hint: 'Put the address of the proxy into XMPP_PROXY or the config file',
    })
  return proxy?.value
}

function readDuration(key: OptionKey, sources: Sources): number | undefined {
  const value = lookup(key, sources)
  return value && withConfigErrors(value, parseDuration)
}

function readRetry(sources: Sources): number {
  const value: Value<string> | undefined = lookup('retry', sources)
  if (!value) return 0
  const count = Number(value.value)
  if (/^\d+$/.test(value.value) && Number.isSafeInteger(count)) return count
  throw new Failure('usage', `${value.origin} must be a whole number`, EXIT.usage, {
    hint: 'How many further tries: --retry 3',
  })
}

/** Asked for a password although a certificate was to stand for it: the server did not take that. */
function certificateNotTaken(): Failure {
  return new Failure(
    'certificate-refused',
    'The server does not let the client certificate sign in',
    EXIT.noPermission,
    {stage: 'auth', hint: 'Its authority may be unknown there, or the server takes passwords only'},
  )
}

function noLocalPart(jid: string): never {
  throw new Failure('malformed-jid', `"${jid}" names a server, not an account`, EXIT.data, {
    hint: 'An account looks like juliet@example.com; --anonymous needs only the domain',
  })
}
