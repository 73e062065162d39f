/** The settings of a run: the account, and the way to its server, from flags, variables and the config file. */
import {parseDuration} from '../duration.ts'
import {EXIT, Failure} from '../errors.ts'
import {type Jid, parseJid} from '../jid.ts'
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
  /** The sources of the account's name and of the JID. */
  origins: {account: string | undefined; jid: string}
  config: Config
  sources: Sources
  secret: Secret
  /** Checks the source of the password, and prompts now for a password that will be needed. */
  prepare(): Promise<void>
  memory: StateStore
}

export interface Context extends PasswordPrompts {
  env: Env
  /** The config file, if this run has read it: a pipe can be read only once. */
  config?: Config | undefined
  /** The default limit of the whole run. */
  timeout: string | undefined
  /** Whether --config may name a file that does not exist yet. */
  allowMissing?: boolean
  /** Overrides the server of flags, variables and the config file; null means DNS. */
  server?: string | null
  /** Aborts with a `Failure` after `timeout` milliseconds of the run, or when the run is interrupted. */
  limit(timeout: number | undefined): AbortSignal
  warn(sentence: string): void
}

export async function resolveSettings(flags: AccountFlags, context: Context): Promise<Settings> {
  const {env} = context
  const {allowMissing} = context
  const signal = context.limit(limitBefore(flags, context))
  const config = context.config ?? (await loadConfig(flags.config, env, {allowMissing, signal}))
  const {account, accountSource, jid, jidSource} = chooseAccount(flags, env, config)
  const sources: Sources = {flags, env, config, account}
  const anonymous = lookupAll('anonymous', sources)[0]?.value === true
  if (!anonymous && jid.local === undefined) throw withConfigErrors(jidSource, accountJid)
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
    // With a token, the run would sign in without the certificate.
    withoutTokens: trust.insecure === true || trust.cert !== undefined,
    warn: context.warn,
  })
  let read: Promise<string> | undefined
  const password = (): Promise<string> => {
    // A password prompt has no time limit unless --timeout is given.
    read ??= readSecret(secret, secret.kind === 'prompt' ? context.limit(given) : limit())
    return read
  }
  return {
    account,
    origins: {account: account && accountSource, jid: jidSource.origin},
    config,
    sources,
    jid,
    secret,
    password,
    async prepare() {
      if (anonymous || trust.cert !== undefined) return
      // Also with a token: otherwise a broken source would stay unnoticed until the token expires.
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

/** The settings of HTTPS requests, which need no account. */
export type WebSettings = Pick<Account, 'connectTimeout' | 'proxy' | 'retry' | 'timeout'> & {
  trust: Pick<Trust, 'ca' | 'insecure'>
  sources: Sources
}

/** Without an account, flags, variables and `[defaults]` have the settings. */
export async function resolveWebSettings(
  flags: AccountFlags,
  context: Pick<Context, 'env' | 'limit'>,
): Promise<WebSettings> {
  const {env} = context
  const signal = context.limit(limitBefore(flags, {env, timeout: undefined}))
  const config = await loadConfig(flags.config, env, {signal})
  const sources: Sources = {flags, env, config, account: accountIfAny(flags, env, config)}
  const timeout = readDuration('timeout', sources)
  const {ca, insecure} = await readTrust('', sources, () => context.limit(timeout))
  return {
    connectTimeout: readDuration('connect_timeout', sources) ?? parseDuration('30s'),
    proxy: readProxy(sources),
    retry: readRetry(sources),
    timeout,
    trust: {ca, insecure},
    sources,
  }
}

function accountIfAny(flags: AccountFlags, env: Env, config: Config): string | undefined {
  try {
    return chooseAccount(flags, env, config).account
  } catch (error) {
    if (error instanceof Failure && error.code === 'missing-value') return undefined
    throw error
  }
}

/** The limit of the run while the config file, which may set another one, is being read. */
function limitBefore(
  flags: AccountFlags,
  {env, timeout}: Pick<Context, 'env' | 'timeout'>,
): number | undefined {
  const given = readDuration('timeout', {flags, env, config: NO_CONFIG, account: undefined})
  return given ?? (timeout === undefined ? undefined : parseDuration(timeout))
}

/** Replaces the configured password by one that was just typed or generated. */
export function withPassword(settings: Settings, password: string): Settings {
  const read = (): Promise<string> => Promise.resolve(password)
  const secret: Secret = {kind: 'prompt', origin: 'the terminal', detail: null, read}
  return {...settings, secret, password: read}
}

/** The secret of an account that signs in without a password. */
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

/** Throws for a password in --proxy: other users can read the arguments of a process. */
function readProxy(sources: Sources): string | undefined {
  const proxy = lookup('proxy', sources)
  if (proxy?.level === 'flag' && hasPassword(proxy.value))
    throw new Failure('secret-on-argv', 'Other users can read a password in --proxy', EXIT.usage, {
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
    hint: 'It is the number of further tries: --retry 3',
  })
}

/** The session requested a password, so the server has not accepted the certificate. */
function certificateNotTaken(): Failure {
  return new Failure(
    'certificate-refused',
    'The server does not accept the client certificate',
    EXIT.noPermission,
    {stage: 'auth', hint: 'The server may not know its issuer, or accept only passwords'},
  )
}

/** Throws for the JID of a server. */
export function accountJid(text: string): Jid {
  const jid = parseJid(text)
  if (jid.local !== undefined) return jid
  throw new Failure('malformed-jid', `"${text}" names a server, not an account`, EXIT.data, {
    hint: 'An account looks like juliet@example.com; --anonymous needs only the domain',
  })
}
