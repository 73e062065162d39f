/** What an edit changes in a vCard, and how far two of them say the same. */
import {lookUp, sameValue, type Vcard, type VcardValue} from './vcard.ts'

/** Leaves its argument as it is, and all that it does not name. */
export type Edit = (vcard: Vcard) => Vcard

/** Whether an edit says anything of a property: then it does not leave just any value alone. */
export function names(edit: Edit, name: string): boolean {
  const untouched: Vcard = {[name]: [{value: 'untouched', types: [], params: {}}]}
  return changedNames(untouched, edit(untouched)).has(name)
}

export function changedNames(before: Vcard, after: Vcard): Set<string> {
  const all = new Set([...Object.keys(before), ...Object.keys(after)])
  return new Set(
    [...all].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name])),
  )
}

/** The edit on what one store has; of a property that only the other one has, on what that one says. */
export function editOwn(edit: Edit, own: Vcard, whole: Vcard): Vcard {
  const edited = edit(own)
  for (const [name, values] of Object.entries(edit(whole)))
    if (!lookUp(own, name) && lookUp(edited, name)) edited[name] = values
  return edited
}

/** The same values, types aside: what a server converts loses some of them. */
export function says(stored: Vcard, wanted: Vcard, name: string): boolean {
  const there = lookUp(stored, name) ?? []
  const values = lookUp(wanted, name) ?? []
  return (
    there.length === values.length &&
    values.every((value) => there.some((other) => sameValue(name, value, other)))
  )
}

/** A value of which what is wanted knows nothing: no server has made it out of that. */
export function contradicts(stored: Vcard, wanted: Vcard, name: string): boolean {
  const values = lookUp(wanted, name) ?? []
  const isPart = (part: VcardValue): boolean =>
    values.some((whole) => sameValue(name, part, whole) || hasComponents(whole, part))
  return !(lookUp(stored, name) ?? []).every(isPart)
}

function hasComponents({value: whole}: VcardValue, {value: part}: VcardValue): boolean {
  if (typeof whole === 'string' || typeof part === 'string') return false
  return Object.entries(part).every(([name, text]) => whole[name] === text)
}
