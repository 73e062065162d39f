/** RFC 6350 §3: writing a vCard as the text of a `.vcf` file <https://www.rfc-editor.org/rfc/rfc6350#section-3> */
import {
  COMPONENTS,
  lookUp,
  separatorOf,
  splitTexts,
  typeOf,
  type Vcard,
  type VcardValue,
} from './vcard.ts'

/** §3.2: octets on a line, without the line break. */
const MOST_OCTETS = 75

/** A vCard must have a formatted name (§6.2.1): without one, it is written empty and not made up. */
export function formatVcf(vcard: Vcard): string {
  const {fn, ...rest} = vcard
  const named = {fn: fn ?? [{value: '', types: [], params: {}}], ...rest}
  const lines = Object.entries(named).flatMap(([name, values]) =>
    values.map((value) => formatLine(name, value)),
  )
  return ['BEGIN:VCARD', 'VERSION:4.0', ...lines, 'END:VCARD', ''].map(fold).join('\r\n')
}

function formatLine(name: string, {group, params, types, value}: VcardValue): string {
  const type = typeof value === 'string' ? typeOf(name, value) : 'text'
  const parameters = [
    ...Object.entries(params).map(([key, text]) => `${key}=${formatParameter(text)}`),
    ...(types.length > 0 ? [`type=${types.map(formatParameter).join(',')}`] : []),
    ...(VALUE_TYPES.includes(`${name} ${type}`) ? [`value=${type}`] : []),
  ].map((parameter) => parameter.replace(/^[^=]*/, (key) => `;${key.toUpperCase()}`))
  const property =
    (group === undefined ? '' : `${group}.`) + (lookUp(SPELLINGS, name) ?? name.toUpperCase())
  return `${property}${parameters.join('')}:${formatValue(name, value, type)}`
}

/** Value types that are not the default of their property: §6.4.1, §6.2.5, §6.2.6. */
const VALUE_TYPES = [
  'tel uri',
  'bday text',
  'anniversary text',
  'related text',
  'uid text',
  'key text',
]

/** Names are case-insensitive, but some address books require this spelling. */
const SPELLINGS: Readonly<Record<string, string>> = {'x-ablabel': 'X-ABLabel'}

/** RFC 6868: a caret escapes characters that parameters cannot contain; values with separators are quoted. */
function formatParameter(text: string): string {
  const safe = text
    .replaceAll('^', '^^')
    .replaceAll(/\r\n|\r|\n/g, '^n')
    .replaceAll('"', "^'")
  return /[:;,]/.test(safe) ? `"${safe}"` : safe
}

function formatValue(name: string, value: VcardValue['value'], type: string): string {
  if (typeof value === 'string') return type === 'text' ? escapeText(value) : escapeUri(value)
  const parts = (lookUp(COMPONENTS, name) ?? []).map((component) => {
    const separator = separatorOf(name, component)
    const texts = splitTexts(separator, value[component] ?? '')
    return texts.map(escapeText).join(separator)
  })
  const isShort = name === 'org' || name === 'gender'
  return parts.slice(0, isShort ? parts.findLastIndex(Boolean) + 1 : undefined).join(';')
}

const escapeText = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll(/\r\n|\r|\n/g, '\\n')
    .replaceAll(/[,;]/g, (match) => `\\${match}`)

/** A JID can contain a backslash (XEP-0106), which some address books read as an escape. */
const escapeUri = (uri: string): string => {
  const line = uri.replaceAll(/[\r\n]/g, '')
  return /^data:/i.test(line) ? line : line.replaceAll(/\\(?=[\\,;:n])/gi, '\\\\')
}

/** §3.2: folds between characters, not inside of one. */
function fold(line: string): string {
  const lines: string[] = []
  let current = ''
  let octets = 0
  for (const character of line) {
    const size = Buffer.byteLength(character)
    if (octets + size > MOST_OCTETS) {
      lines.push(current)
      current = ' '
      octets = 1
    }
    current += character
    octets += size
  }
  return [...lines, current].join('\r\n')
}
