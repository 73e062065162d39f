/** RFC 6350 §3: reading a vCard from the text of a `.vcf` file <https://www.rfc-editor.org/rfc/rfc6350#section-3> */
import {EXIT, Failure} from '../../errors.ts'
import {checkText} from '../core/text.ts'
import {
  addValue,
  COMPONENTS,
  components,
  isList,
  isName,
  joinTexts,
  lookUp,
  separatorOf,
  typeOf,
  type Vcard,
  type VcardValue,
} from './vcard.ts'
import {decodeQuotedPrintable, unfold} from './vcf-lines.ts'

/** Properties that describe the file and not the person. */
const OF_THE_FILE = ['begin', 'end', 'version', 'prodid']

/**
 * Also reads version 3, and most of 2.1. Throws `malformed-vcf` (65) when the file does not contain exactly one vCard.
 *
 * @param onLost is called with each line that the vCard cannot hold, or only in part
 */
export function parseVcf(text: string, onLost: (line: string) => void = () => {}): Vcard {
  const lines = unfold(checkText(text, 'The vCard').replace(/^\u{feff}/u, ''))
  const begins = lines.filter((line) => /^BEGIN:VCARD\s*$/i.test(line)).length
  const isWhole =
    /^BEGIN:VCARD\s*$/i.test(lines[0] ?? '') && /^END:VCARD\s*$/i.test(lines.at(-1) ?? '')
  if (begins !== 1 || !isWhole)
    throw malformed(begins > 1 ? `The file has ${begins} vCards` : 'The file is not a vCard')
  const vcard: Vcard = {}
  for (const [index, line] of lines.entries()) {
    const parsed = parseLine(line)
    if (!parsed) throw malformed(`Line ${index + 1} of the vCard has no name and value`)
    const {isWhole, name, values} = parsed
    if (OF_THE_FILE.includes(name)) continue
    const isSupported = isName(name) && name !== 'clientpidmap' // contains ids of address books (§6.7.7)
    if (!isWhole || !isSupported) onLost(line)
    for (const value of isSupported ? values : []) addValue(vcard, name, value)
  }
  return vcard
}

// A colon inside quotes belongs to a parameter.
const LINE = /^(?:([\w-]+)\.)?([\w-]+)((?:;(?:"[^"]*"|[^":])*)?):(.*)$/s
const PARAMETER = /;([^=;"]+)(?:=((?:"[^"]*"|[^";])*))?/g
const ENCODINGS = ['base64', 'b', 'quoted-printable', '7bit', '8bit']

interface Line {
  name: string
  values: VcardValue[]
  /** False when a part of the line is lost. */
  isWhole: boolean
}

function parseLine(line: string): Line | undefined {
  const [, group, rawName, rawParameters = '', text = ''] = LINE.exec(line) ?? []
  if (!rawName) return undefined
  const name = rawName.toLowerCase()
  const {charset, encoding = '', params, types} = parseParameters(rawParameters)
  const raw = encoding === 'quoted-printable' ? decodeQuotedPrintable(text, charset) : text
  if (raw === undefined) return {name, values: [], isWhole: false}
  // Versions before 4 have images as plain Base64, and the image format as the type.
  const values = encoding.startsWith('b')
    ? [dataUri(name, raw, types.shift())]
    : parseValues(name, checkText(raw, 'The vCard'))
  const known = lookUp(COMPONENTS, name)?.length
  const isWhole =
    !known ||
    name === 'org' ||
    splitAt(';', raw)
      .slice(known)
      .every((part) => !part)
  const inGroup = group !== undefined && {group}
  return {name, isWhole, values: values.map((value) => ({value, types, params, ...inGroup}))}
}

interface Parameters extends Pick<VcardValue, 'types' | 'params'> {
  charset: string | undefined
  encoding: string | undefined
}

function parseParameters(text: string): Parameters {
  const words: string[] = []
  const all: Record<string, string> = {}
  for (const [, key = '', value] of text.matchAll(PARAMETER)) {
    // Version 2.1 writes types and encodings without a name.
    if (value === undefined) words.push(key.toLowerCase())
    else if (key.toUpperCase() === 'TYPE')
      words.push(...unquote(value).toLowerCase().split(',').filter(Boolean))
    else if (isName(key.toLowerCase())) {
      const previous = lookUp(all, key.toLowerCase())
      all[key.toLowerCase()] = (previous === undefined ? '' : `${previous},`) + unquote(value)
    }
  }
  const {charset, encoding, value: _type, ...params} = all
  return {
    charset,
    encoding: encoding?.toLowerCase() ?? words.find((word) => ENCODINGS.includes(word)),
    // RFC 6350 §5.3: `pref` was a type and is now a number.
    params: words.includes('pref') ? {pref: '1', ...params} : params,
    types: words.filter((word) => word !== 'pref' && !ENCODINGS.includes(word)),
  }
}

const unquote = (text: string): string =>
  text
    .replaceAll('"', '')
    .replaceAll(/\^([n'^])/g, (_, code: string) => ({n: '\n', "'": '"'})[code] ?? '^')

const MEDIA: Readonly<Record<string, string>> = {sound: 'audio', key: 'application'}

const dataUri = (name: string, base64: string, kind = 'png'): string =>
  `data:${lookUp(MEDIA, name) ?? 'image'}/${kind};base64,${base64.replaceAll(/\s/g, '')}`

function parseValues(name: string, raw: string): VcardValue['value'][] {
  if (lookUp(COMPONENTS, name)) {
    const parts = splitAt(';', raw)
    if (name === 'org') {
      const [first = '', ...units] = parts.map(unescapeText)
      return [components(name, [first, joinTexts(';', units.filter(Boolean))])]
    }
    const order = lookUp(COMPONENTS, name) ?? []
    const texts = order.map((component, index) => {
      const part = parts[index] ?? ''
      const separator = separatorOf(name, component)
      const several = separator === ',' ? splitAt(', but not before a space', part) : [part]
      return joinTexts(separator, several.map(unescapeText))
    })
    return [components(name, texts)]
  }
  if (isList(name)) return splitAt(',', raw).map((text) => unescapeText(text).trim())
  if (typeOf(name, raw) === 'uri' && /^data:/i.test(raw)) return [raw]
  // Before version 4, geo was two numbers.
  const [, latitude, longitude] = /^(-?\d+(?:\.\d+)?);(-?\d+(?:\.\d+)?)$/.exec(raw) ?? []
  return [name === 'geo' && latitude ? `geo:${latitude},${longitude}` : unescapeText(raw)]
}

// A backslash at the end of the text escapes nothing.
const PARTS = {
  ';': /((?:\\.?|[^;\\])*)(;|$)/gs,
  ',': /((?:\\.?|[^,\\])*)(,|$)/gs,
  ', but not before a space': /((?:\\.?|,(?= )|[^,\\])*)(,|$)/gs,
}

/** Splits at each separator that is not escaped. */
function splitAt(separator: keyof typeof PARTS, text: string): string[] {
  const parts = [...text.matchAll(PARTS[separator])]
  const last = parts.findIndex(([, , end]) => end === '')
  return parts.slice(0, last + 1).map(([, part = '']) => part)
}

const unescapeText = (text: string): string =>
  text.replaceAll(/\\([\\,;:n])/gi, (_, escaped: string) =>
    escaped.toLowerCase() === 'n' ? '\n' : escaped,
  )

function malformed(problem: string): Failure {
  return new Failure('malformed-vcf', problem, EXIT.data, {
    hint: 'The file must have one vCard, from BEGIN:VCARD to END:VCARD (RFC 6350)',
  })
}
