/** XEP-0054: vcard-temp <https://xmpp.org/extensions/xep-0054.html> */
import {type Element, type Iq, xml} from '../../xml.ts'
import {toImage} from './image.ts'
import {
  addValue,
  components,
  joinTexts,
  lookUp,
  separatorOf,
  splitList,
  splitTexts,
  type Vcard,
  type VcardValue,
} from './vcard.ts'

export const NS_VCARD_TEMP = 'vcard-temp'

/** Properties with one text. Properties without an element are stored only as vCard4. */
const TEXTS: Readonly<Record<string, string>> = {
  FN: 'fn',
  NICKNAME: 'nickname',
  BDAY: 'bday',
  TITLE: 'title',
  ROLE: 'role',
  URL: 'url',
  UID: 'uid',
  REV: 'rev',
  JABBERID: 'impp',
  // Two elements for a note: clients use the second one.
  NOTE: 'note',
  DESC: 'note',
}

/** Elements of components, in the order of RFC 6350. */
const STRUCTURES: Readonly<Record<string, {name: string; parts: readonly string[]}>> = {
  N: {name: 'n', parts: ['FAMILY', 'GIVEN', 'MIDDLE', 'PREFIX', 'SUFFIX']},
  ADR: {
    name: 'adr',
    parts: ['POBOX', 'EXTADD', 'STREET', 'LOCALITY', 'REGION', 'PCODE', 'CTRY'],
  },
  ORG: {name: 'org', parts: ['ORGNAME', 'ORGUNIT']},
}

const TYPES = ['home', 'work', 'voice', 'fax', 'pager', 'cell', 'video', 'internet', 'pref']

const NAMES = [
  ...Object.values(TEXTS),
  ...Object.values(STRUCTURES).map(({name}) => name),
  ...['email', 'tel', 'categories', 'photo'],
]

/** Whether vcard-temp has an element for a property. */
export const hasElement = (name: string): boolean => NAMES.includes(name)

export function parseVcardTemp(element: Element): Vcard {
  const vcard: Vcard = {}
  for (const child of element.getChildElements()) {
    const parsed = parseElement(child)
    for (const value of parsed?.values ?? []) addValue(vcard, parsed?.name ?? '', value)
  }
  return vcard
}

function parseElement(element: Element): {name: string; values: VcardValue[]} | undefined {
  const types = TYPES.filter((type) => type !== 'pref' && element.getChild(type.toUpperCase()))
  const params: Record<string, string> = element.getChild('PREF') ? {pref: '1'} : {}
  const of = (name: string, ...values: VcardValue['value'][]) => ({
    name,
    values: values.map((value) => ({value, types, params})),
  })
  const text = element.text().trim()

  const structure = lookUp(STRUCTURES, element.name)
  if (structure) {
    const texts = structure.parts.map((part) => {
      const parts = element.getChildren(part).map((child) => child.text())
      return part === 'ORGUNIT' ? joinTexts(';', parts.filter(Boolean)) : parts.join(',')
    })
    return of(structure.name, components(structure.name, texts))
  }
  switch (element.name) {
    case 'EMAIL':
      return of('email', element.getChildText('USERID') ?? text)
    case 'TEL':
      return of('tel', element.getChildText('NUMBER') ?? text)
    case 'CATEGORIES': {
      const keywords = element.getChildren('KEYWORD').map((keyword) => keyword.text())
      return of('categories', ...(keywords.length > 0 ? keywords : [text]))
    }
    case 'PHOTO':
      return of('photo', photoUri(element))
    case 'NICKNAME':
      return of('nickname', ...splitList(text)) // all nicknames are in one element
    case 'JABBERID':
      return of('impp', text && `xmpp:${text}`)
    default: {
      const name = lookUp(TEXTS, element.name)
      return name === undefined ? undefined : of(name, text)
    }
  }
}

function photoUri(photo: Element): string {
  const data = photo.getChildText('BINVAL')?.replaceAll(/\s/g, '')
  if (!data) return photo.getChildText('EXTVAL')?.trim() ?? ''
  const claimed = photo.getChildText('TYPE')?.trim() || 'image/png'
  const {type} = toImage(Buffer.from(data.slice(0, 16), 'base64'), claimed)
  return `data:${type};base64,${data}`
}

/** A copy of `existing` with the changed properties of `vcard`. */
export function buildVcardTemp(
  vcard: Vcard,
  existing: Element | undefined,
  changed: ReadonlySet<string>,
): Element {
  const element = xml('vCard', {xmlns: NS_VCARD_TEMP})
  for (const child of existing?.getChildElements() ?? []) {
    const name = parseElement(child)?.name
    if (name === undefined || !changed.has(name)) element.append(child)
  }
  for (const name of changed)
    for (const child of buildElements(name, lookUp(vcard, name) ?? [])) element.append(child)
  return element
}

/** A list is one element. */
function buildElements(name: string, values: VcardValue[]): Element[] {
  const texts = values.map(({value}) => String(value))
  if (texts.length > 0 && name === 'nickname') return [xml('NICKNAME', {}, texts.join(','))]
  if (texts.length > 0 && name === 'categories')
    return [xml('CATEGORIES', {}, ...texts.map((text) => xml('KEYWORD', {}, text)))]
  return values.flatMap((value) => buildElement(name, value) ?? [])
}

function buildElement(name: string, {params, types, value}: VcardValue): Element | undefined {
  const typeElements = TYPES.filter(
    (type) => types.includes(type) || (type === 'pref' && params.pref),
  ).map((type) => xml(type.toUpperCase()))
  if (typeof value !== 'string') {
    const [tag = '', structure] =
      Object.entries(STRUCTURES).find(([, structure]) => structure.name === name) ?? []
    return structure && xml(tag, {}, ...typeElements, ...buildParts(name, structure.parts, value))
  }
  switch (name) {
    case 'email':
      return xml(
        'EMAIL',
        {},
        ...(typeElements.length ? typeElements : [xml('INTERNET')]),
        xml('USERID', {}, value),
      )
    case 'tel':
      return xml('TEL', {}, ...typeElements, xml('NUMBER', {}, value.replace(/^tel:/i, '')))
    case 'photo':
      return buildPhoto(value)
    case 'impp':
      return value.startsWith('xmpp:')
        ? xml('JABBERID', {}, value.slice('xmpp:'.length))
        : undefined
    default: {
      const tag = Object.keys(TEXTS).findLast((tag) => TEXTS[tag] === name)
      return tag === undefined ? undefined : xml(tag, {}, value)
    }
  }
}

function buildParts(
  name: string,
  parts: readonly string[],
  value: Record<string, string>,
): Element[] {
  const order = components(
    name,
    parts.map((part) => part),
  )
  return Object.entries(order).flatMap(([component, part]) => {
    const text = value[component]
    if (text === undefined) return []
    const texts = splitTexts(separatorOf(name, component), text)
    return (part === 'ORGUNIT' ? texts : [texts.join(',')]).map((one) => xml(part, {}, one))
  })
}

function buildPhoto(uri: string): Element {
  const [, type, data] = /^data:([^;,]+);base64,(.*)$/s.exec(uri) ?? []
  if (!type || !data) return xml('PHOTO', {}, xml('EXTVAL', {}, uri))
  return xml('PHOTO', {}, xml('TYPE', {}, type), xml('BINVAL', {}, data))
}

/** Undefined when the account has no vcard-temp. The default is this account. */
export async function getVcardTemp(iq: Iq, to?: string): Promise<Element | undefined> {
  const payload = await iq.get(xml('vCard', {xmlns: NS_VCARD_TEMP}), to)
  return payload?.is('vCard', NS_VCARD_TEMP) ? payload : undefined
}

export async function setVcardTemp(iq: Iq, payload: Element): Promise<void> {
  await iq.set(payload)
}
