/** XEP-0292: vCard4 Over XMPP <https://xmpp.org/extensions/xep-0292.html>; RFC 6351: xCard. */
import {type Element, type Iq, xml} from '../../xml.ts'
import {getItem, publish} from '../core/pubsub.ts'
import {
  addValue,
  COMPONENTS,
  components,
  isList,
  isName,
  joinTexts,
  lookUp,
  separatorOf,
  splitTexts,
  typeOf,
  type Vcard,
  type VcardValue,
} from './vcard.ts'

export const NS_VCARD4 = 'urn:ietf:params:xml:ns:vcard-4.0'
export const NODE_VCARD4 = 'urn:xmpp:vcard4'

export function parseVcard4(element: Element): Vcard {
  const vcard: Vcard = {}
  for (const {group, property} of propertiesOf(element)) {
    const inGroup = group !== undefined && GROUP.test(group) && {group}
    for (const value of parseProperty(property))
      addValue(vcard, property.name, {...value, ...inGroup})
  }
  return vcard
}

/** RFC 6350 §3.3. In XML a group can be any text, which could add lines to a file. */
const GROUP = /^[\w-]+$/

interface Member {
  property: Element
  group: string | undefined
}

/** RFC 6351 §5: a group is an element around its properties. */
const propertiesOf = (parent: Element, group?: string): Member[] =>
  parent
    .getChildElements()
    .filter((child) => child.getNS() === NS_VCARD4)
    .flatMap((child) =>
      child.name === 'group' ? propertiesOf(child, child.attrs.name) : [{property: child, group}],
    )

function parseProperty(property: Element): VcardValue[] {
  const {name} = property
  const children = property.getChildElements().filter(({name}) => name !== 'parameters')
  const parameters = property.getChild('parameters')?.getChildElements() ?? []
  const textsOf = (element: Element): string[] =>
    element.getChildElements().map((child) => child.text())
  const params = parameters
    .filter(({name}) => name !== 'type' && isName(name))
    .map((parameter): [string, string] => [parameter.name, textsOf(parameter).join(',')])
  const types = parameters
    .filter(({name}) => name === 'type')
    .flatMap(textsOf)
    .map((type) => type.toLowerCase())
    .filter(Boolean)
  const of = (value: VcardValue['value']) => ({value, types, params: Object.fromEntries(params)})
  if (lookUp(COMPONENTS, name)) return [of(parseStructure(property, children))]
  const texts = children.map((child) => child.text())
  return isList(name) ? texts.map(of) : [of(texts.join(','))]
}

/** The components of `org` are a list of texts; other structured properties have an element for each component. */
function parseStructure({name}: Element, children: Element[]): Record<string, string> {
  if (name === 'org') {
    const [first = '', ...units] = children.map((child) => child.text())
    return components(name, [first, joinTexts(';', units.filter(Boolean))])
  }
  const texts = (lookUp(COMPONENTS, name) ?? []).map((component) => {
    const parts = children
      .filter((child) => child.name === component || (component === 'identity' && child.is('text')))
      .map((child) => child.text())
    return joinTexts(separatorOf(name, component), parts.filter(Boolean))
  })
  return components(name, texts)
}

/** All of `vcard`, or, with `existing` and `changed`, a copy of `existing` with the changed properties of `vcard`. */
export function buildVcard4(
  vcard: Vcard,
  existing?: Element,
  changed?: ReadonlySet<string>,
): Element {
  const element = xml('vcard', {xmlns: NS_VCARD4})
  const groups = new Map<string, Element>()
  const parentOf = (group: string | undefined): Element => {
    if (group === undefined) return element
    const parent = groups.get(group) ?? xml('group', {name: group})
    if (!groups.has(group)) element.append(parent)
    groups.set(group, parent)
    return parent
  }
  const isUnchanged = ({name}: Element): boolean => changed !== undefined && !changed.has(name)
  for (const child of existing?.getChildElements() ?? []) {
    const isGroup = child.is('group', NS_VCARD4)
    const members = isGroup ? child.getChildElements() : [child]
    for (const member of members.filter(isUnchanged))
      parentOf(isGroup ? child.attrs.name : undefined).append(member)
  }
  for (const [name, values] of Object.entries(vcard)) {
    if (existing && changed && !changed.has(name)) continue
    for (const value of values) parentOf(value.group).append(buildProperty(name, value))
  }
  return element
}

/** RFC 6351 §5: parameters with another type than text. */
const PARAMETER_TYPES: Readonly<Record<string, string>> = {
  pref: 'integer',
  language: 'language-tag',
  geo: 'uri',
}

function buildProperty(name: string, {params, types, value}: VcardValue): Element {
  const parameters = Object.entries(params).map(([key, text]) =>
    xml(key, {}, xml(lookUp(PARAMETER_TYPES, key) ?? 'text', {}, text)),
  )
  if (types.length > 0)
    parameters.push(xml('type', {}, ...types.map((type) => xml('text', {}, type))))
  const property = xml(name, {})
  if (parameters.length > 0) property.append(xml('parameters', {}, ...parameters))
  for (const child of buildValue(name, value)) property.append(child)
  return property
}

function buildValue(name: string, value: VcardValue['value']): Element[] {
  if (typeof value === 'string') return [xml(typeOf(name, value), {}, value)]
  if (name === 'org')
    return [value.name ?? '', ...(value.unit ? splitTexts(';', value.unit) : [])].map((text) =>
      xml('text', {}, text),
    )
  const names = lookUp(COMPONENTS, name) ?? []
  if (name === 'gender')
    return names.flatMap((component) => {
      const text = value[component]
      if (component === 'sex') return [xml('sex', {}, text ?? '')]
      return text ? [xml('identity', {}, text)] : []
    })
  return names.flatMap((component) =>
    splitTexts(separatorOf(name, component), value[component] ?? '').map((text) =>
      xml(component, {}, text),
    ),
  )
}

/** The published element. The default is this account. */
export async function getVcard4(iq: Iq, to?: string): Promise<Element | undefined> {
  const payload = (await getItem(iq, NODE_VCARD4, {to}))?.payload
  return payload?.is('vcard', NS_VCARD4) ? payload : undefined
}

/** Readable by all users, like vcard-temp. */
export async function setVcard4(iq: Iq, payload: Element): Promise<void> {
  await publish(iq, NODE_VCARD4, {id: 'current', payload}, 'open')
}
