/** XEP-0292: vCard4 Over XMPP <https://xmpp.org/extensions/xep-0292.html>; RFC 6351: xCard. */
import {type Element, type Iq, xml} from '../xml.ts'
import {getItem, publish} from './pubsub.ts'
import {
  addValue,
  COMPONENTS,
  components,
  hasLists,
  isList,
  lookUp,
  splitList,
  typeOf,
  type Vcard,
  type VcardValue,
} from './vcard.ts'

export const NS_VCARD4 = 'urn:ietf:params:xml:ns:vcard-4.0'
export const NODE_VCARD4 = 'urn:xmpp:vcard4'

export function parseVcard4(element: Element): Vcard {
  const vcard: Vcard = {}
  for (const property of propertiesOf(element)) {
    for (const value of parseProperty(property)) addValue(vcard, property.name, value)
  }
  return vcard
}

/** RFC 6351 §5: a group is an element around its properties. */
const propertiesOf = (parent: Element): Element[] =>
  parent
    .getChildElements()
    .filter((child) => child.getNS() === NS_VCARD4)
    .flatMap((child) => (child.name === 'group' ? propertiesOf(child) : [child]))

function parseProperty(property: Element): VcardValue[] {
  const {name} = property
  const children = property.getChildElements().filter(({name}) => name !== 'parameters')
  const parameters = property.getChild('parameters')?.getChildElements() ?? []
  const textsOf = (element: Element): string[] =>
    element.getChildElements().map((child) => child.text())
  const params = parameters
    .filter(({name}) => name !== 'type')
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

/** `org` has its components as texts in a row, the others have an element for each. */
function parseStructure({name}: Element, children: Element[]): Record<string, string> {
  if (name === 'org')
    return components(
      name,
      children.map((child) => child.text()),
    )
  const texts = (lookUp(COMPONENTS, name) ?? []).map((component) =>
    children
      .filter((child) => child.name === component || (component === 'identity' && child.is('text')))
      .map((child) => child.text())
      .filter(Boolean)
      .join(','),
  )
  return components(name, texts)
}

/** All of `vcard`; of `existing`, what `vcard` and the changed names say nothing about. */
export function buildVcard4(
  vcard: Vcard,
  existing?: Element,
  changed?: ReadonlySet<string>,
): Element {
  const element = xml('vcard', {xmlns: NS_VCARD4})
  const isKept = ({name}: Element): boolean => changed !== undefined && !changed.has(name)
  for (const child of existing?.getChildElements() ?? []) {
    if (child.name === 'group') {
      const members = child.getChildElements().filter(isKept)
      if (members.length > 0) element.append(xml('group', {name: child.attrs.name}, ...members))
    } else if (isKept(child)) element.append(child)
  }
  for (const [name, values] of Object.entries(vcard)) {
    if (existing && changed && !changed.has(name)) continue
    for (const value of values) element.append(buildProperty(name, value))
  }
  return element
}

function buildProperty(name: string, {params, types, value}: VcardValue): Element {
  const parameters = Object.entries(params).map(([key, text]) =>
    xml(key, {}, xml('text', {}, text)),
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
    return [value.name ?? '', ...(value.unit?.split(';') ?? [])].map((text) =>
      xml('text', {}, text),
    )
  const names = lookUp(COMPONENTS, name) ?? []
  if (name === 'gender')
    return names.flatMap((component) => {
      const text = value[component]
      if (component === 'sex') return [xml('sex', {}, text ?? '')]
      return text ? [xml('identity', {}, text)] : []
    })
  return names.flatMap((component) => {
    const text = value[component] ?? ''
    const texts = hasLists(name) ? splitList(text) : [text]
    return texts.map((one) => xml(component, {}, one))
  })
}

/** The published element, as it is; without `to`, our own. */
export async function getVcard4(iq: Iq, to?: string): Promise<Element | undefined> {
  const payload = (await getItem(iq, NODE_VCARD4, {to}))?.payload
  return payload?.is('vcard', NS_VCARD4) ? payload : undefined
}

/** For everybody to read, as a vcard-temp is. */
export async function setVcard4(iq: Iq, payload: Element): Promise<void> {
  await publish(iq, NODE_VCARD4, {id: 'current', payload}, 'open')
}
