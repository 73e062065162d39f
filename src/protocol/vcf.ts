/** RFC 6350 §3: vCard as the text of a `.vcf` file <https://www.rfc-editor.org/rfc/rfc6350#section-3> */
import {EXIT, Failure} from '../errors.ts'
import {checkText} from './text.ts'
import {
  addValue,
  COMPONENTS,
  components,
  isName,
  lookUp,
  typeOf,
  type Vcard,
  type VcardValue,
} from './vcard.ts'

/** §3.2: octets on a line, without the line break. */
const MOST_OCTETS = 75

/** What describes the file and not the person. */
const OF_THE_FILE = ['begin', 'end', 'version', 'prodid', 'clientpidmap']

/** `fallbackName` is for the formatted name, which a vCard must have (§6.2.1). */
export function formatVcf(vcard: Vcard, fallbackName: string): string {
  const {fn, ...rest} = vcard
  const named = {fn: fn ?? [{value: fallbackName, types: [], params: {}}], ...rest}
  const lines = Object.entries(named).flatMap(([name, values]) =>
    values.map((value) => formatLine(name, value)),
  )
  return ['BEGIN:VCARD', 'VERSION:4.0', ...lines, 'END:VCARD', ''].map(fold).join('\r\n')
}

function formatLine(name: string, {params, types, value}: VcardValue): string {
  const type = typeof value === 'string' ? typeOf(name, value) : 'text'
  const all = {
    ...params,
    ...(types.length > 0 && {type: types.join(',')}),
    // §6.4.1: a telephone number is text unless it says that it is a URI.
    ...(name === 'tel' && type === 'uri' && {value: 'uri'}),
  }
  const parameters = Object.entries(all).map(
    ([key, text]) => `;${key.toUpperCase()}=${formatParameter(text)}`,
  )
  return `${name.toUpperCase()}${parameters.join('')}:${formatValue(name, value, type)}`
}

/** RFC 6868: what a parameter cannot have is written with a caret. */
function formatParameter(text: string): string {
  const safe = text.replaceAll('^', '^^').replaceAll(/\r?\n/g, '^n').replaceAll('"', "^'")
  return /[:;]/.test(safe) ? `"${safe}"` : safe
}

function formatValue(name: string, value: VcardValue['value'], type: string): string {
  if (typeof value === 'string')
    return type === 'text'
      ? escapeText(value, name === 'categories')
      : value.replaceAll(/[\r\n]/g, '')
  const parts = (lookUp(COMPONENTS, name) ?? []).map((component) =>
    // Units of an organisation are components of their own.
    (value[component] ?? '')
      .split(component === 'unit' ? ';' : '\0')
      .map((text) => escapeText(text)),
  )
  return parts
    .flat()
    .join(';')
    .replace(name === 'org' || name === 'gender' ? /;+$/ : /$^/, '')
}

const escapeText = (text: string, isList = false): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll(/\r\n|\r|\n/g, '\\n')
    .replaceAll(isList ? ';' : /[,;]/g, (match) => `\\${match}`)

/** §3.2: between characters, since half of one would be none. */
function fold(line: string): string {
  const lines: string[] = []
  let current = ''
  let octets = 0
  for (const character of line) {
    const more = Buffer.byteLength(character)
    if (octets + more > MOST_OCTETS) {
      lines.push(current)
      current = ' '
      octets = 1
    }
    current += character
    octets += more
  }
  return [...lines, current].join('\r\n')
}

/** Reads version 3 and what it can of 2.1 as well. Throws `malformed-vcf` where there is not exactly one vCard. */
export function parseVcf(text: string): Vcard {
  const lines = checkText(text, 'The vCard')
    .replace(/^\u{feff}/u, '')
    .replaceAll(/\r?\n[ \t]/g, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
  const begins = lines.filter((line) => /^BEGIN:VCARD\s*$/i.test(line)).length
  const isWhole =
    /^BEGIN:VCARD\s*$/i.test(lines[0] ?? '') && /^END:VCARD\s*$/i.test(lines.at(-1) ?? '')
  if (begins !== 1 || !isWhole)
    throw malformed(begins > 1 ? `There are ${begins} vCards in the file` : 'The file is no vCard')
  const vcard: Vcard = {}
  for (const [index, line] of lines.entries()) {
    const parsed = parseLine(line)
    if (!parsed) throw malformed(`Line ${index + 1} of the vCard has no name and value`)
    if (!OF_THE_FILE.includes(parsed.name)) addValue(vcard, parsed.name, parsed.value)
  }
  return vcard
}

// A colon inside quotes belongs to a parameter.
const LINE = /^(?:[\w-]+\.)?([\w-]+)((?:;(?:"[^"]*"|[^":])*)?):(.*)$/s
const PARAMETER = /;([^=;"]+)(?:=((?:"[^"]*"|[^";])*))?/g

function parseLine(line: string): {name: string; value: VcardValue} | undefined {
  const [, rawName, rawParameters = '', raw = ''] = LINE.exec(line) ?? []
  if (!rawName) return undefined
  const name = rawName.toLowerCase()
  const types: string[] = []
  const params: Record<string, string> = {}
  for (const [, key = '', text] of rawParameters.matchAll(PARAMETER)) {
    // 2.1 writes a type without saying that it is one.
    if (text === undefined) types.push(key.toLowerCase())
    else if (key.toUpperCase() === 'TYPE')
      types.push(...unquote(text).toLowerCase().split(',').filter(Boolean))
    else if (isName(key.toLowerCase())) params[key.toLowerCase()] = unquote(text)
  }
  const {charset: _, encoding, value: _type, ...kept} = params
  return {name, value: {value: parseValue(name, raw, encoding, types), types, params: kept}}
}

const unquote = (text: string): string =>
  text
    .replaceAll('"', '')
    .replaceAll(/\^([n'^])/g, (_, code: string) => ({n: '\n', "'": '"'})[code] ?? '^')

function parseValue(
  name: string,
  raw: string,
  encoding: string | undefined,
  types: string[],
): VcardValue['value'] {
  // Versions before 4 have pictures as bare Base64, with the kind of picture as the type.
  if (encoding && /^b(ase64)?$/i.test(encoding)) {
    const kind = types.shift() ?? 'png'
    return `data:image/${kind};base64,${raw.replaceAll(/\s/g, '')}`
  }
  if (lookUp(COMPONENTS, name)) {
    const parts = raw.match(/(?:\\.|[^;\\])*(?:;|$)/gs) ?? []
    return components(
      name,
      parts.map((part) => unescapeText(part.replace(/;$/, ''))),
    )
  }
  return typeOf(name, raw) === 'uri' && /^data:/i.test(raw) ? raw : unescapeText(raw)
}

const unescapeText = (text: string): string =>
  text.replaceAll(/\\(.)/gs, (_, escaped: string) =>
    escaped.toLowerCase() === 'n' ? '\n' : escaped,
  )

function malformed(problem: string): Failure {
  return new Failure('malformed-vcf', problem, EXIT.data, {
    hint: 'A file has one vCard, from BEGIN:VCARD to END:VCARD (RFC 6350)',
  })
}
