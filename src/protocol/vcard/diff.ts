/** What an edit changes in a vCard, and how far two of them say the same. */
import {isDeepStrictEqual} from 'node:util'
import {lookUp, sameValue, separatorOf, splitTexts, type Vcard, type VcardValue} from './vcard.ts'

/** Leaves its argument as it is, and all that it does not name. */
export type VcardEdit = (vcard: Vcard) => Vcard

/** Whether an edit says anything of a property: then it does not leave just any value alone. */
export function touches(edit: VcardEdit, name: string): boolean {
  const untouched: Vcard = {[name]: [{value: 'untouched', types: [], params: {}}]}
  return changedNames(untouched, edit(untouched)).has(name)
}

export function changedNames(before: Vcard, after: Vcard): Set<string> {
  const all = new Set([...Object.keys(before), ...Object.keys(after)])
  return new Set([...all].filter((name) => !isSame(lookUp(before, name), lookUp(after, name))))
}

/** Types and parameters have no order. */
function isSame(before: VcardValue[] = [], after: VcardValue[] = []): boolean {
  const sorted = (values: VcardValue[]): unknown[] =>
    values.map((one) => ({...one, types: [...one.types].sort()}))
  return isDeepStrictEqual(sorted(before), sorted(after))
}

/** The edit on what one store has; of a property that only the other one has, on what that one says. */
export function applyToStore(edit: VcardEdit, own: Vcard, whole: Vcard): Vcard {
  const edited = edit(own)
  for (const [name, values] of Object.entries(edit(whole)))
    if (!lookUp(own, name) && lookUp(edited, name)) edited[name] = values
  return edited
}

/** The same values, types aside: what a server converts loses some of them. */
export function hasSameValues(stored: Vcard, wanted: Vcard, name: string): boolean {
  const there = lookUp(stored, name) ?? []
  const values = lookUp(wanted, name) ?? []
  return (
    there.length === values.length &&
    values.every((value) => there.some((other) => sameValue(name, value, other)))
  )
}

/** A value of which what is wanted knows nothing: no server has made it out of that. */
export function conflicts(stored: Vcard, wanted: Vcard, name: string): boolean {
  const values = lookUp(wanted, name) ?? []
  const isPart = (part: VcardValue): boolean =>
    values.some((whole) => sameValue(name, part, whole) || hasComponents(name, whole, part))
  return !(lookUp(stored, name) ?? []).every(isPart)
}

function hasComponents(
  name: string,
  {value: whole}: VcardValue,
  {value: part}: VcardValue,
): boolean {
  if (typeof whole === 'string' || typeof part === 'string') return false
  return Object.entries(part).every(([component, text]) => {
    const texts = splitTexts(separatorOf(name, component), whole[component] ?? '')
    return whole[component] === text || texts.includes(text)
  })
}
