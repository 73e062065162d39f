/** Renders accounts, settings and sign-ins. */
import type {Failure} from '../errors.ts'
import {palette} from './layout/colour.ts'
import {renderTable} from './layout/table.ts'
import type {Terminal} from './layout/terminal.ts'
import {sanitizeLine} from './sanitize.ts'

export interface LoginResult {
  account: string
  jid: string
  mechanism: string
  default: boolean
  store: string
  config: string
}

/** The store of the password, and the reason if it is not the keyring. */
export interface PasswordLocation {
  file?: string
  reason?: string
}

/** One sentence: "…, because the keyring cannot be used: …". */
export function renderStored(store: string, {file, reason}: PasswordLocation): string {
  const because = reason
    ? `, because ${reason.charAt(0).toLowerCase()}${sanitizeLine(reason.slice(1))}`
    : ''
  const where: Record<string, string> = {
    keyring: 'Its password is in the keyring',
    file: `Its password is in ${file}, which only you can read${because}`,
    none: 'No password is stored',
    'as-configured': 'Its password stays where it is',
  }
  return where[store] ?? ''
}

export function renderLogin(
  {account, config, default: isDefault, jid, mechanism, store}: LoginResult,
  place: PasswordLocation,
): string {
  return [
    `Signed in as ${sanitizeLine(jid)} with ${sanitizeLine(mechanism)}`,
    `Stored the account ${account}${isDefault ? ', the default,' : ''} in ${config}`,
    renderStored(store, place),
  ].join('\n')
}

export interface LogoutResult {
  /** Null for all accounts. */
  jid: string | null
  /** The accounts of the config file whose stored passwords were deleted. */
  accounts: string[]
  /** The number of tokens that servers have revoked. */
  tokens: number
  /** The JIDs that are not logged out completely: a token was not revoked, or something could not be deleted. */
  failed: {jid: string; error: Failure}[]
  error?: Failure
}

export function renderLogout({failed, jid, tokens}: LogoutResult): string {
  const all = failed.length === 0 ? 'all accounts' : 'all other accounts'
  const subject = jid === null ? all : sanitizeLine(jid)
  const revoked = tokens === 0 ? '' : '; the server has revoked the token'
  return `Signed out of ${subject}${revoked}`
}

interface ShownSetting {
  key: string
  value: string | null
  origin: string
}

export interface WhoamiResult {
  /** The name in the config file. */
  account: string | null
  /** The full JID that the server bound; offline, the one that would be asked for. */
  jid: string
  /** Of the account, for a QR code or a link (RFC 5122). */
  uri: string
  server: {kind: string; host: string; port: number} | null
  mechanism: string | null
  /** The credential that signed in. */
  by: 'password' | 'token' | 'certificate' | 'nothing' | null
  tls: {protocol: string; cipher: string; channelBinding: boolean} | null
  password: {source: string; origin: string; detail: string | null}
  values: ShownSetting[]
}

export function renderWhoami(result: WhoamiResult, terminal: Terminal): Promise<string> {
  const {account, by, jid, mechanism, server, tls, values} = result
  const found = (key: string) => values.find((value) => value.key === key)
  const row = (key: string, value = found(key)?.value ?? null): Row => [
    key,
    value,
    found(key)?.origin ?? '',
  ]
  const rows: Row[] = [
    row('account', account),
    row('jid', jid),
    row('password'),
    row('server', server ? `${server.host}:${server.port} (${server.kind})` : undefined),
    ...CONNECTION_KEYS.map((key) => row(key)),
    ['signed in by', by, ''],
    ['mechanism', mechanism, ''],
    ['tls', tls && `${tls.protocol} ${tls.cipher}`, ''],
    ['channel binding', tls && (tls.channelBinding ? 'yes' : 'no'), ''],
  ]
  const set = rows.flatMap(([name, value, from]) => (value === null ? [] : [[name, value, from]]))
  return renderRecord('Key', set, terminal)
}

type Row = [name: string, value: string | null, origin: string]

/** Further settings of the connection, listed if they are set. */
const CONNECTION_KEYS = ['ca_file', 'tls_pin', 'client_cert', 'proxy']

const MIN_VALUE_WIDTH = 20

/** One record. A long value continues on the next line, because a shortened value would be useless. */
function renderRecord(title: string, rows: string[][], terminal: Terminal): Promise<string> {
  const width = (x: number): number => Math.max(...rows.map((row) => row[x]?.length ?? 0))
  const room = Math.max(MIN_VALUE_WIDTH, (terminal.columns || 80) - width(0) - width(2) - 4)
  const lines = rows.flatMap((row) => (terminal.isTTY ? wrap(row, room) : [row]))
  return renderTable([title, 'Value', 'Source'], lines, terminal)
}

function wrap([name = '', value = '', from = '']: string[], room: number): string[][] {
  const [first = '', ...rest] = value.match(new RegExp(`.{1,${room}}`, 'gsu')) ?? []
  return [[name, first, from], ...rest.map((part) => ['', part, ''])]
}

export function renderExplained(values: ShownSetting[], terminal: Terminal): Promise<string> {
  const rows = values.map(({key, origin, value}) => [key, value ?? '–', origin])
  return renderRecord('Setting', rows, terminal)
}

interface ListedAccount {
  name: string
  jid: string | null
  default: boolean
  secret: string
  server: string | null
}

export function renderAccounts(accounts: ListedAccount[], terminal: Terminal): Promise<string> {
  const rows = accounts.map(({default: isDefault, jid, name, secret, server}) => [
    name,
    jid ?? '',
    isDefault ? 'default' : '',
    secret,
    server ?? '',
  ])
  const head = ['Account', 'JID', 'Default', 'Password', 'Server']
  return renderTable(head, rows, terminal, 'No accounts. Add one with: xmpp login JID')
}

export const renderDefault = (account: string | null): string =>
  account === null
    ? 'No account is the default. Choose one: xmpp accounts default NAME'
    : sanitizeLine(account)

export const renderRenamed = (from: string, to: string): string =>
  `Renamed the account ${sanitizeLine(from)} to ${sanitizeLine(to)}`

export const renderRemovedAccount = (account: string): string =>
  `Removed the account ${sanitizeLine(account)} from the config file`

export interface CheckResult {
  config: string | null
  accounts: number
  problems: {account: string; message: string; hint: string | null}[]
}

export function renderCheck({accounts, config, problems}: CheckResult): string {
  if (problems.length === 0)
    return `${config ?? 'No config file'}: ${accounts} ${accounts === 1 ? 'account' : 'accounts'}, nothing wrong`
  return problems
    .map(
      ({account, hint, message}) =>
        `${account}: ${sanitizeLine(message)}${hint ? `\n    ${hint}` : ''}`,
    )
    .join('\n')
}

/** Light modules around the code, by ISO/IEC 18004. */
const QUIET_ZONE = 4

/**
 * The address as a QR code, for the camera of a phone. Two rows of the code are one line. On a terminal with colour it is black on
 * white, whatever the theme is.
 */
export async function renderQr(uri: string, {colour}: Terminal): Promise<string> {
  const {renderUnicodeCompact} = await import('uqr')
  const lines = renderUnicodeCompact(uri, {border: QUIET_ZONE}).split('\n')
  const {bgBlack, whiteBright} = palette(colour)
  return [...lines.map((line) => bgBlack(whiteBright(line))), sanitizeLine(uri)].join('\n')
}
