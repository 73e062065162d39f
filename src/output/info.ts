/** The information that an address publishes about itself, as text. */
import {isBareUser} from '../jid.ts'
import type {DiscoForm, ExtendedInfo} from '../protocol/core/disco-forms.ts'
import type {DiscoItem} from '../protocol/core/disco-items.ts'
import type {LastActivity} from '../protocol/core/last-activity.ts'
import type {ComparedTime} from '../protocol/core/time.ts'
import type {SoftwareVersion} from '../protocol/core/version.ts'
import type {FeatureSpec} from '../protocol/core/xep-features.ts'
import {timeAtOffset} from './layout/local-time.ts'
import {renderTable} from './layout/table.ts'
import type {Terminal} from './layout/terminal.ts'
import {sanitizeLine} from './sanitize.ts'

type InfoRow = [kind: string, value: string, detail: string]

interface Info extends ExtendedInfo {
  jid: string
  items: DiscoItem[] | null
  version: SoftwareVersion | null
  time: ComparedTime | null
  last: LastActivity | null
  errors: {request: string; error: {message: string}}[]
}

export function renderInfos(infos: Info[], terminal: Terminal): Promise<string> {
  return renderTable(
    ['Kind', 'Value', 'Detail'],
    infos.flatMap((info) => rowsOf(info, terminal)),
    terminal,
  )
}

const rowsOf = (info: Info, terminal: Terminal): InfoRow[] => [
  ['jid', info.jid, ''],
  ...identityRows(info),
  ...(info.version ? [['version', formatVersion(info.version), ''] as InfoRow] : []),
  ...(info.time ? [timeRow(info.time, terminal)] : []),
  ...(info.last ? [['last', formatLast(info.jid, info.last), ''] as InfoRow] : []),
  ...(info.items ?? []).map(({jid, name, node}): InfoRow => ['item', jid, name ?? node ?? '']),
  ...info.forms.flatMap(formRows),
  ...info.features.map((feature): InfoRow => ['feature', feature, '']),
  ...info.errors.map(({error, request}): InfoRow => ['error', request, error.message]),
]

export function renderExtendedInfo(info: ExtendedInfo, terminal: Terminal): Promise<string> {
  const features = info.features.map((feature): InfoRow => ['feature', feature, ''])
  const rows = [...identityRows(info), ...info.forms.flatMap(formRows), ...features]
  return renderTable(['Kind', 'Value', 'Detail'], rows, terminal, 'No identities and no features')
}

const timeRow = (time: ComparedTime, terminal: Terminal): InfoRow => [
  'time',
  formatTime(time, terminal),
  formatSkew(time),
]

const identityRows = ({identities}: ExtendedInfo): InfoRow[] =>
  identities.map(({category, name, type}) => ['identity', `${category}/${type}`, name ?? ''])

const formRows = ({fields}: DiscoForm): InfoRow[] =>
  fields.map(({name, values}) => ['form', name, values.join(', ')])

export function renderItems(items: DiscoItem[], terminal: Terminal): Promise<string> {
  const rows = items.map(({jid, name, node}) => [jid, name ?? '', node ?? ''])
  return renderTable(['JID', 'Name', 'Node'], rows, terminal, 'No items')
}

export function renderFeatures(features: FeatureSpec[], terminal: Terminal): Promise<string> {
  const rows = features.map(({feature, spec, title}) => [feature, spec ?? '', title ?? ''])
  return renderTable(['Feature', 'Specification', 'Title'], rows, terminal, 'No features')
}

export const renderVersion = (version: SoftwareVersion): string =>
  sanitizeLine(formatVersion(version)) || 'No name and no version'

function formatVersion({name, os, version}: SoftwareVersion): string {
  return [name, version, os && `(${os})`].filter(Boolean).join(' ')
}

export const renderTime = (time: ComparedTime, terminal: Terminal): string =>
  `${formatTime(time, terminal)}, ${formatSkew(time)}`

/** In the time zone of the entity. */
function formatTime({tzo, utc}: ComparedTime, terminal: Terminal): string {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(tzo) ?? []
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1)
  return `${timeAtOffset(new Date(utc), offset, terminal)} ${tzo}`
}

function formatSkew({skew}: ComparedTime): string {
  if (skew === 0) return 'same time as this computer'
  const amount = formatSeconds(Math.abs(skew) / 1000)
  return `${amount} ${skew > 0 ? 'ahead of' : 'behind'} this computer`
}

export const renderLast = (jid: string, last: LastActivity): string =>
  sanitizeLine(formatLast(jid, last))

/** XEP-0012 §3 to §5: the meaning of the number depends on the address. */
function formatLast(jid: string, {seconds, status}: LastActivity): string {
  const span = formatSeconds(seconds)
  if (jid.includes('/')) return `idle for ${span}`
  if (!isBareUser(jid)) return `running for ${span}`
  if (seconds === 0) return 'online'
  return `last online ${span} ago${status ? `: ${status}` : ''}`
}

const UNITS: [seconds: number, name: string][] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'm'],
  [1, 's'],
]

/** The two largest units: 3 d 2 h. */
function formatSeconds(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 10) / 10} s`
  let rest = Math.round(seconds)
  const parts = UNITS.map(([size, unit]) => {
    const amount = Math.floor(rest / size)
    rest %= size
    return {amount, text: `${amount} ${unit}`}
  })
  const first = parts.findIndex(({amount}) => amount > 0)
  const shown = parts.slice(first, first + 2).filter(({amount}) => amount > 0)
  return shown.map(({text}) => text).join(' ')
}

export const renderClientHint = (jid: string): string =>
  `To ask the clients of ${jid}: --resource NAME, or --resource all`

export const renderNotOnline = (jid: string): string => `${jid} is not online`
