/** Compares two vCards, and a vCard before and after an edit. */
import {isDeepStrictEqual} from 'node:util'
import {lookUp, sameValue, separatorOf, splitTexts, type Vcard, type VcardValue} from './vcard.ts'

/** Returns a changed copy. Properties that the edit does not name are unchanged. */
export type VcardEdit = (vcard: Vcard) => Vcard

/** Whether an edit names a property, tested with a value that no edit produces. */
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

/** Applies the edit to the vCard of one store; for a property that only the other store has, to the merged vCard. */
export function applyToStore(edit: VcardEdit, own: Vcard, merged: Vcard): Vcard {
  const edited = edit(own)
  for (const [name, values] of Object.entries(edit(merged)))
    if (!lookUp(own, name) && lookUp(edited, name)) edited[name] = values
  return edited
}

/** Compares values without types, because a server that converts vCards loses some types. */
export function hasSameValues(stored: Vcard, wanted: Vcard, name: string): boolean {
  const storedValues = lookUp(stored, name) ?? []
  const values = lookUp(wanted, name) ?? []
  return (
    storedValues.length === values.length &&
    values.every((value) => storedValues.some((other) => sameValue(name, value, other)))
  )
}

/** Whether the stored vCard has a value that a server cannot have derived from the wanted vCard. */
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
