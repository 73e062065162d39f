/** `KEY=VALUE` on a vCard: what is named is replaced, everything else stays. */
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

/** `email`, `email:work`, `n.given`, `adr:home.locality`: a property, of one type, or a component of it. */
interface PropertyKey {
  name: string
  type: string | undefined
  component: string | undefined
}

const KEY = /^([a-z][a-z\d-]*)(?::([a-z\d-]+))?(?:\.([a-z]+))?$/i

/** Several values for one key are several values of the property. Throws `bad-key` (2). */
export function editVcard(vcard: Vcard, sets: string[], unsets: string[]): Vcard {
  const edited: Vcard = structuredClone(vcard)
  for (const text of unsets) unset(edited, parseKey(text))
  const cleared = new Set<string>()
  for (const text of sets) {
    const equals = text.indexOf('=')
    if (equals < 1) throw badKey(text, 'Write KEY=VALUE, such as fn="Juliet Capulet"')
    const word = text.slice(0, equals)
    const key = parseKey(word)
    checkProperty(key.name)
    if (equals < text.length - 1) checkComponent(key, word)
    if (!cleared.has(word) && !key.component) unset(edited, key)
    cleared.add(word)
    set(edited, key, checkText(text.slice(equals + 1), 'The value'))
  }
  return withoutStrayLabels(edited, vcard)
}

/** The properties of a file in place of the same ones. What stays keeps its label, and shares no group with what is new. */
export function replaceProperties(vcard: Vcard, file: Vcard): Vcard {
  const {[LABEL]: labels = [], ...others} = vcard
  const kept = Object.fromEntries(Object.entries(others).filter(([name]) => !lookUp(file, name)))
  const added = inFreeGroups(file, groupsOf(kept))
  const isKept = ({group}: VcardValue): boolean =>
    group === undefined ? !lookUp(file, LABEL) : groupsOf(kept).has(group)
  const all = [...labels.filter(isKept), ...(lookUp(added, LABEL) ?? [])]
  return {...kept, ...added, ...(all.length > 0 && {[LABEL]: all})}
}

/** With numbers in the names of its groups that are not taken yet. */
function inFreeGroups(vcard: Vcard, taken: Set<string>): Vcard {
  const used = new Set([...taken, ...groupsOf(vcard)])
  const names = new Map<string, string>()
  for (const group of groupsOf(vcard)) {
    let name = group
    while (taken.has(group) && used.has(name))
      name = name.replace(/\d*$/, (digits) => String(Number(digits) + 1))
    used.add(name)
    names.set(group, name)
  }
  const renamed = ({group, ...value}: VcardValue): VcardValue =>
    group === undefined ? value : {...value, group: names.get(group) ?? group}
  return Object.fromEntries(
    Object.entries(vcard).map(([name, values]) => [name, values.map(renamed)]),
  )
}

/** The name that a person gave to the rest of its group: `item1.X-ABLabel:Boat`. */
const LABEL = 'x-ablabel'

const groupsOf = ({[LABEL]: _, ...others}: Vcard): Set<string> =>
  new Set(Object.values(others).flatMap((values) => values.flatMap(({group}) => group ?? [])))

/** Without labels whose property is gone. */
function withoutStrayLabels(edited: Vcard, before: Vcard): Vcard {
  const {[LABEL]: labels = [], ...others} = edited
  const [old, left] = [groupsOf(before), groupsOf(edited)]
  const isStray = ({group = ''}: VcardValue): boolean => old.has(group) && !left.has(group)
  const kept = labels.filter((label) => !isStray(label))
  return kept.length > 0 ? {...others, [LABEL]: kept} : others
}

function unset(vcard: Vcard, {component, name, type}: PropertyKey): void {
  const kept = (lookUp(vcard, name) ?? []).flatMap((value) => {
    if (type && !value.types.includes(type)) return [value]
    if (!component || typeof value.value === 'string') return []
    const {[component]: _, ...rest} = value.value
    return Object.keys(rest).length > 0 ? [{...value, value: rest}] : []
  })
  if (kept.length > 0) vcard[name] = kept
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

/** Only as a whole can it be taken away: which component a text is to be, the key has to say. */
function checkComponent({component, name}: PropertyKey, text: string): void {
  const known = lookUp(COMPONENTS, name)
  if (known && !component)
    throw badKey(text, `It has components: ${known.map((part) => `${name}.${part}`).join(', ')}`)
}

/** A slip would be published, and be found by nobody; to take one away again, every name is good. */
function checkProperty(name: string): void {
  const known = knownProperty(name)
  if (known === name) return
  const guess = known ? `Did you mean ${known}?` : 'See RFC 6350.'
  throw badKey(name, `${guess} Names that begin with x- are free`)
}

function badKey(text: string, hint: string): Failure {
  return new Failure('bad-key', `"${text}" names no property of a vCard`, EXIT.usage, {hint})
}
