/** RFC 6350: vCard Format <https://www.rfc-editor.org/rfc/rfc6350>, as one structure for all serializations. */
import {closest, distance} from 'fastest-levenshtein'

/** Values by property name in lower case, in their order: `{email: [{value: …}], n: [{value: {surname: …}}]}`. */
export type Vcard = Record<string, VcardValue[]>

export interface VcardValue {
  /** Text, a URI or a date; for a structured property its components by name, without empty ones. */
  value: string | Record<string, string>
  /** `work`, `home`, `cell`, …; lower case. */
  types: string[]
  /** All other parameters, such as `pref` and `language`. */
  params: Record<string, string>
  /** §3.3: groups properties, such as `item1` for a telephone number and its label. */
  group?: string
}

/** §6: the components of structured properties, in the order of a vCard. */
export const COMPONENTS: Readonly<Record<string, readonly string[]>> = {
  n: ['surname', 'given', 'additional', 'prefix', 'suffix'],
  adr: ['pobox', 'ext', 'street', 'locality', 'region', 'code', 'country'],
  org: ['name', 'unit'],
  gender: ['sex', 'identity'],
}

/** §6.2.3, §6.7.1: one property with several texts is equivalent to several properties. */
export const isList = (name: string): boolean => name === 'nickname' || name === 'categories'

export const splitList = (text: string): string[] => text.split(/,(?! )/)

/** For names from outside: every object inherits `constructor`, for example. */
export const lookUp = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined

const words = (text: string): string[] => text.trim().split(/\s+/)

/** §6: the order of properties in output; others follow. */
const ORDER = words(`
  fn n nickname gender bday anniversary email tel impp url adr org title role lang tz geo categories note`)

/** RFC 6350 §6, RFC 6474, RFC 6715, RFC 8605, RFC 9554; names that start with x- are free. */
const PROPERTIES = words(`
  fn n nickname photo bday anniversary gender adr tel email impp lang tz geo title role logo org member related
  categories note rev sound uid url key fburl caladruri caluri source kind birthplace deathplace deathdate
  expertise hobby interest org-directory contact-uri created gramgender language pronouns socialprofile`)

/** The property, or the most similar one, or undefined. */
export function knownProperty(name: string): string | undefined {
  if (name.startsWith('x-') || PROPERTIES.includes(name)) return name
  const guess = closest(name, PROPERTIES)
  return distance(guess, name) <= 2 ? guess : undefined
}

/** Properties whose value can be a URI. */
const URIS = words(`
  url photo logo sound impp tel key member source geo related uid fburl caladruri caluri`)
const DATES = ['bday', 'anniversary']
const TIMES =
  /^(?:\d{4}-?\d{2}-?\d{2}|--\d{2}-?\d{2}|---\d{2})?T\d{2}[\d:.]*(?:Z|[+-]\d{2}(?::?\d{2})?)?$/
const DATE = /^(\d{4}(-?\d{2}(-?\d{2})?)?|--\d{2}(-?\d{2})?|---\d{2})$/

/** The value type of RFC 6350 §4 that a text is written as. */
export function typeOf(name: string, text: string): string {
  if (URIS.includes(name)) return /^[a-z][a-z\d+.-]*:/i.test(text) ? 'uri' : 'text'
  if (DATES.includes(name)) {
    if (DATE.test(text)) return 'date'
    return TIMES.test(text) ? (text.startsWith('T') ? 'time' : 'date-time') : 'text'
  }
  if (name === 'lang') return 'language-tag'
  return name === 'rev' ? 'timestamp' : 'text'
}

export function inOrder(vcard: Vcard): Vcard {
  const rank = (name: string): number => ORDER.indexOf(name) + 1 || ORDER.length + 1
  return Object.fromEntries(Object.entries(vcard).sort(([a], [b]) => rank(a) - rank(b)))
}

/** RFC 6350 §3.3; such a name is also a valid element name, and not one of an object's prototype. */
const NAME = /^[a-z][a-z\d-]*$/

export const isName = (text: string): boolean => NAME.test(text)

/** Also a data URI without data. */
const isEmpty = (text: string): boolean => text === '' || /^data:[^,]*,$/i.test(text)

/** Adds a value. Empty values and invalid names are ignored. */
export function addValue(vcard: Vcard, name: string, value: VcardValue): void {
  const empty =
    typeof value.value === 'string' ? isEmpty(value.value) : !Object.keys(value.value).length
  if (empty || !isName(name)) return
  const values = lookUp(vcard, name)
  if (values) values.push(value)
  else vcard[name] = [value]
}

/** Components by name, without empty ones and without those that have no name. */
export function components(name: string, texts: string[]): Record<string, string> {
  const names = lookUp(COMPONENTS, name) ?? []
  const named = names.map((component, index): [string, string] => [component, texts[index] ?? ''])
  return Object.fromEntries(named.filter(([, text]) => text !== ''))
}

/** The separator of components with several texts: §6.2.2, §6.3.1, §6.6.4. */
type Separator = ',' | ';'

export function separatorOf(name: string, component: string): Separator | undefined {
  if (name === 'org') return component === 'unit' ? ';' : undefined
  return name === 'n' || name === 'adr' ? ',' : undefined
}

const SPECIAL = {',': /,(?! )|\\(?=[\\,])/g, ';': /;|\\(?=[\\;])/g}
const TOKENS = {',': /\\([\\,])|(,)(?! )|./gsu, ';': /\\([\\;])|(;)|./gsu}

/**
 * Several texts as one: `Philip,Paul`. A separator inside a text is escaped, except a comma before a space, which never
 * separates.
 */
export function joinTexts(separator: Separator | undefined, texts: string[]): string {
  if (separator === undefined) return texts.join(',')
  return texts
    .map((text, index) => (index > 0 && separator === ',' ? text.trimStart() : text))
    .map((text) => text.replaceAll(SPECIAL[separator], '\\$&'))
    .map((text, index) => (index < texts.length - 1 ? text.replace(/\\$/, '\\\\') : text))
    .join(separator)
}

export function splitTexts(separator: Separator | undefined, text: string): string[] {
  if (separator === undefined) return [text]
  const texts = ['']
  for (const [whole, escaped, end] of text.matchAll(TOKENS[separator]))
    if (end) texts.push('')
    else texts.push((texts.pop() ?? '') + (escaped ?? whole))
  return texts
}

/** Whether two values mean the same, without regard to types and spelling. */
export function sameValue(name: string, a: VcardValue, b: VcardValue): boolean {
  return comparable(name, a) === comparable(name, b)
}

function comparable(name: string, {value}: VcardValue): string {
  const text =
    typeof value === 'string'
      ? value
      : JSON.stringify(
          Object.entries(value)
            .map((part) => plain(name, ...part))
            .sort(),
        )
  return name === 'tel' ? text.replace(/^tel:/i, '').replaceAll(/[\s()-]/g, '') : text.trim()
}

const plain = (name: string, component: string, text: string): string[] => [
  component,
  ...splitTexts(separatorOf(name, component), text),
]

/** RFC 3966: an international number becomes a URI, which servers understand; other numbers stay text. */
export function telephone(text: string): string {
  const digits = text.trim().replaceAll(/[\s./]+/g, '-')
  return /^\+[\d()-]+$/.test(digits) ? `tel:${digits}` : text
}
