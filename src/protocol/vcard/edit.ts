/** Applies `KEY=VALUE` edits to a vCard. Properties that are not named do not change. */
import {EXIT, Failure} from '../../errors.ts'
import {checkText} from '../core/text.ts'
import {
  COMPONENTS,
  knownProperty,
  lookUp,
  splitList,
  telephone,
  type Vcard,
  type VcardValue,
} from './vcard.ts'

/** `email`, `email:work`, `n.given`, `adr:home.locality`: a property, with a type or a component. */
interface PropertyKey {
  name: string
  type: string | undefined
  component: string | undefined
}

const KEY = /^([a-z][a-z\d-]*)(?::([a-z\d-]+))?(?:\.([a-z]+))?$/i

/** A repeated key sets several values. Throws `bad-key` (2). */
export function editVcard(vcard: Vcard, sets: string[], unsets: string[]): Vcard {
  const edited: Vcard = structuredClone(vcard)
  for (const text of unsets) unset(edited, parseKey(text))
  const cleared = new Set<string>()
  for (const text of sets) {
    const equals = text.indexOf('=')
    if (equals < 1) throw badKey(text, 'Write KEY=VALUE, such as fn="Juliet Capulet"')
    const keyText = text.slice(0, equals)
    const key = parseKey(keyText)
    checkProperty(key.name)
    if (equals < text.length - 1) checkComponent(key, keyText)
    if (!cleared.has(keyText) && !key.component) unset(edited, key)
    cleared.add(keyText)
    set(edited, key, checkText(text.slice(equals + 1), 'The value'))
  }
  return withoutUnusedLabels(edited, vcard)
}

/** Replaces the properties that a file has. The others keep their labels, and share no group with the new ones. */
export function replaceProperties(vcard: Vcard, file: Vcard): Vcard {
  const {[LABEL]: labels = [], ...others} = vcard
  const unchanged = Object.fromEntries(
    Object.entries(others).filter(([name]) => !lookUp(file, name)),
  )
  const added = inFreeGroups(file, groupsOf(unchanged))
  const belongsToUnchanged = ({group}: VcardValue): boolean =>
    group === undefined ? !lookUp(file, LABEL) : groupsOf(unchanged).has(group)
  const all = [...labels.filter(belongsToUnchanged), ...(lookUp(added, LABEL) ?? [])]
  return {...unchanged, ...added, ...(all.length > 0 && {[LABEL]: all})}
}

/** Renumbers the groups whose names are already in use. */
function inFreeGroups(vcard: Vcard, taken: Set<string>): Vcard {
  const used = new Set([...taken, ...groupsOf(vcard)])
  const names = new Map<string, string>()
  for (const group of groupsOf(vcard)) {
    let name = group
    while (taken.has(group) && used.has(name))
      name = name.replace(/(?<!\d)\d*$/, (digits) => String(BigInt(digits) + 1n))
    used.add(name)
    names.set(group, name)
  }
  const renamed = ({group, ...value}: VcardValue): VcardValue =>
    group === undefined ? value : {...value, group: names.get(group) ?? group}
  return Object.fromEntries(
    Object.entries(vcard).map(([name, values]) => [name, values.map(renamed)]),
  )
}

/** A label for the other properties of its group: `item1.X-ABLabel:Boat`. */
const LABEL = 'x-ablabel'

const groupsOf = ({[LABEL]: _, ...others}: Vcard): Set<string> =>
  new Set(Object.values(others).flatMap((values) => values.flatMap(({group}) => group ?? [])))

/** Removes labels whose property was removed. */
function withoutUnusedLabels(edited: Vcard, before: Vcard): Vcard {
  const {[LABEL]: labels = [], ...others} = edited
  const [oldGroups, newGroups] = [groupsOf(before), groupsOf(edited)]
  const isUnused = ({group = ''}: VcardValue): boolean =>
    oldGroups.has(group) && !newGroups.has(group)
  const remaining = labels.filter((label) => !isUnused(label))
  return remaining.length > 0 ? {...others, [LABEL]: remaining} : others
}

function unset(vcard: Vcard, {component, name, type}: PropertyKey): void {
  const remaining = (lookUp(vcard, name) ?? []).flatMap((value) => {
    if (type && !value.types.includes(type)) return [value]
    if (!component || typeof value.value === 'string') return []
    const {[component]: _, ...rest} = value.value
    return Object.keys(rest).length > 0 ? [{...value, value: rest}] : []
  })
  if (remaining.length > 0) vcard[name] = remaining
  else delete vcard[name]
}

function set(vcard: Vcard, {component, name, type}: PropertyKey, text: string): void {
  const values = lookUp(vcard, name) ?? []
  const types = type ? [type] : []
  if (text === '') {
    if (component) unset(vcard, {name, type, component})
    return
  }
  if (!component) {
    const texts =
      name === 'categories' ? splitList(text) : [name === 'tel' ? telephone(text) : text]
    const added = texts.map((text): VcardValue => ({value: text, types, params: {}}))
    vcard[name] = [...values, ...added]
    return
  }
  const found = values.find((value) => !type || value.types.includes(type))
  const part = {[component]: text}
  if (found && typeof found.value === 'object') Object.assign(found.value, part)
  else vcard[name] = [...values, {value: part, types, params: {}}]
}

function parseKey(text: string): PropertyKey {
  const [, name = '', type, component] = KEY.exec(text)?.map((part) => part?.toLowerCase()) ?? []
  if (!name) throw badKey(text, 'A key looks like fn, email:work, n.given or adr:home.locality')
  const known = lookUp(COMPONENTS, name)
  if (component && !known?.includes(component))
    throw badKey(
      text,
      known ? `The components are ${known.join(', ')}` : `${name} has no components`,
    )
  return {name, type, component}
}

/** A structured property can be removed as a whole, but a new value must name its component. */
function checkComponent({component, name}: PropertyKey, text: string): void {
  const known = lookUp(COMPONENTS, name)
  if (known && !component)
    throw new Failure('bad-key', `"${text}" needs a component`, EXIT.usage, {
      hint: `The components are ${known.map((part) => `${name}.${part}`).join(', ')}`,
    })
}

/** Refuses misspelt names of properties, which no client would read. Removing accepts every name. */
function checkProperty(name: string): void {
  const known = knownProperty(name)
  if (known === name) return
  const guess = known ? `Did you mean ${known}?` : 'See RFC 6350.'
  throw badKey(name, `${guess} Names that start with x- are allowed`)
}

function badKey(text: string, hint: string): Failure {
  return new Failure('bad-key', `"${text}" is not a property of a vCard`, EXIT.usage, {hint})
}
