/** Where accounts keep a vCard: XEP-0292 (PEP) and XEP-0054 (vcard-temp). Read as one, and written to both. */
import {Failure} from '../errors.ts'
import type {Element, Iq} from '../xml.ts'
import {removeAvatar, setAvatar} from './avatar.ts'
import {checkPicture, fromDataUri} from './picture.ts'
import {isAbsent} from './pubsub.ts'
import {inOrder, lookUp, sameValue, type Vcard} from './vcard.ts'
import {
  buildVcardTemp,
  getVcardTemp,
  hasElement,
  parseVcardTemp,
  setVcardTemp,
} from './vcard-temp.ts'
import {buildVcard4, getVcard4, parseVcard4, setVcard4} from './vcard4.ts'

export type Store = 'vcard4' | 'vcard-temp' | 'avatar'

export interface StoredVcard {
  /** Which of the two the properties come from; null where there is no vCard. */
  source: 'vcard4' | 'vcard-temp' | null
  vcard: Vcard
}

interface Stored {
  four: Element | undefined
  temp: Element | undefined
}

/** Throws what the server says of the account where it has neither. Without `to`, our own. */
export async function getVcard(iq: Iq, to?: string): Promise<StoredVcard> {
  return asOne(await readBoth(iq, to))
}

async function readBoth(iq: Iq, to?: string): Promise<Stored> {
  const [four, temp] = await Promise.all([
    getVcard4(iq, to),
    getVcardTemp(iq, to).catch((error: Failure) => error),
  ])
  if (!(temp instanceof Failure)) return {four, temp}
  // An account of our own without a vCard is no error; one of somebody else may not exist.
  if (isAbsent(temp) && (four || to === undefined)) return {four, temp: undefined}
  throw temp
}

/** A picture is too big for many PEP services, so it may be in the older one only. */
function asOne({four, temp}: Stored): StoredVcard {
  const older = temp ? parseVcardTemp(temp) : {}
  const newer = four ? parseVcard4(four) : {}
  if (Object.keys(newer).length > 0)
    return {
      source: 'vcard4',
      vcard: inOrder({...(older.photo && {photo: older.photo}), ...newer}),
    }
  return {source: Object.keys(older).length > 0 ? 'vcard-temp' : null, vcard: inOrder(older)}
}

export interface VcardUpdate {
  vcard: Vcard
  /** What was written; empty where everything was so already. */
  stores: Store[]
}

/** Changes our own vCard. What `edit` leaves alone stays, in the words of whichever client wrote it. */
export async function updateVcard(iq: Iq, edit: (vcard: Vcard) => Vcard): Promise<VcardUpdate> {
  const before = await readBoth(iq)
  const {vcard: old} = asOne(before)
  const vcard = inOrder(edit(old))
  const changed = changedNames(old, vcard)
  const stores: Store[] = []
  if (changed.size === 0) return {vcard: old, stores}

  if (changed.has('photo') && (await writeAvatar(iq, vcard))) stores.push('avatar')
  const four = fourOf(vcard, before, changed)
  const refusal = four && (await refusalOf(setVcard4(iq, four)))
  if (four && !refusal) stores.push('vcard4')
  if (await writeTemp(iq, vcard, changed)) {
    stores.push('vcard-temp')
    if (four && !refusal) await restore(iq, four)
  }
  if (stores.length === 0 && refusal) throw refusal
  return {vcard, stores}
}

function changedNames(before: Vcard, after: Vcard): Set<string> {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return new Set(
    [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name])),
  )
}

/** Undefined where nothing changes in it: a picture in it would be sent to every contact, so it has none. */
function fourOf(vcard: Vcard, {four}: Stored, changed: ReadonlySet<string>): Element | undefined {
  const {photo = [], ...rest} = vcard
  const linked = photo.filter(({value}) => typeof value === 'string' && !fromDataUri(value))
  const kept = linked.length > 0 ? {...rest, photo: linked} : rest
  if (four && changed.size === 1 && changed.has('photo') && !parseVcard4(four).photo && !kept.photo)
    return undefined
  return four ? buildVcard4(kept, four, changed) : buildVcard4(kept)
}

async function writeAvatar(iq: Iq, {photo}: Vcard): Promise<boolean> {
  const value = photo?.[0]?.value
  const picture = typeof value === 'string' ? fromDataUri(value) : undefined
  if (photo && !picture) return false // a link is no picture to publish
  const written = picture ? setAvatar(iq, checkPicture(picture.data)) : removeAvatar(iq)
  return !(await refusalOf(written))
}

/** Some servers make the one out of the other: then it says all of this already. */
async function writeTemp(iq: Iq, vcard: Vcard, changed: ReadonlySet<string>): Promise<boolean> {
  const {temp} = await readBoth(iq)
  const stored = temp ? parseVcardTemp(temp) : {}
  const isNew = Object.keys(stored).length === 0
  const names = new Set((isNew ? Object.keys(vcard) : [...changed]).filter(hasElement))
  if ([...names].every((name) => says(stored, vcard, name))) return false
  return !(await refusalOf(setVcardTemp(iq, buildVcardTemp(vcard, temp, names))))
}

/** The same values, types aside: what a server converts loses some of them. */
function says(stored: Vcard, wanted: Vcard, name: string): boolean {
  const there = lookUp(stored, name) ?? []
  const values = lookUp(wanted, name) ?? []
  return (
    there.length === values.length &&
    values.every((value) => there.some((other) => sameValue(name, value, other)))
  )
}

/** A server that makes the vCard4 out of the vcard-temp has just written over it, and knows fewer words. */
async function restore(iq: Iq, four: Element): Promise<void> {
  const stored = await getVcard4(iq)
  const isSame = stored && JSON.stringify(parseVcard4(stored)) === JSON.stringify(parseVcard4(four))
  if (!isSame) await setVcard4(iq, four)
}

/** The failure, where it says that the server has no such store; all others are thrown. */
async function refusalOf(written: Promise<unknown>): Promise<Failure | undefined> {
  try {
    await written
    return undefined
  } catch (error) {
    if (isAbsent(error)) return error as Failure
    throw error
  }
}
