/** Where accounts keep a vCard: XEP-0292 (PEP) and XEP-0054 (vcard-temp). Read as one, and written to both. */
import {Failure} from '../../errors.ts'
import type {Element, Iq} from '../../xml.ts'
import {isAbsent} from '../core/pubsub.ts'
import {type AvatarInfo, getAvatarInfo, removeAvatar, setAvatar, sha1} from './avatar.ts'
import {
  applyToStore,
  changedNames,
  conflicts,
  hasSameValues,
  touches,
  type VcardEdit,
} from './diff.ts'
import {checkImage, fromDataUri, type Image} from './image.ts'
import {inOrder, lookUp, type Vcard} from './vcard.ts'
import {
  buildVcardTemp,
  getVcardTemp,
  hasElement,
  parseVcardTemp,
  setVcardTemp,
} from './vcard-temp.ts'
import {buildVcard4, getVcard4, parseVcard4, setVcard4} from './vcard4.ts'

export type VcardStore = 'vcard4' | 'vcard-temp' | 'avatar'

export interface StoredVcard {
  /** Which of the two counts; null where there is no vCard. */
  source: 'vcard4' | 'vcard-temp' | null
  vcard: Vcard
}

interface Stored {
  vcard4: Element | undefined
  vcardTemp: Element | undefined
}

/** Throws what the server says of the account where it has neither. Without `to`, our own. */
export async function getVcard(iq: Iq, to?: string): Promise<StoredVcard> {
  return merge(await readBoth(iq, to))
}

async function readBoth(iq: Iq, to?: string): Promise<Stored> {
  const [four, temp] = await Promise.all([
    getVcard4(iq, to),
    getVcardTemp(iq, to).catch((error: Failure) => error),
  ])
  if (!(temp instanceof Failure)) return {vcard4: four, vcardTemp: temp}
  // An account of our own without a vCard is no error; one of somebody else may not exist.
  if (isAbsent(temp) && (four || to === undefined)) return {vcard4: four, vcardTemp: undefined}
  throw temp
}

/** What the vCard4 says counts; what it says nothing of comes from the older one, as pictures often do. */
function merge({vcard4: four, vcardTemp: temp}: Stored): StoredVcard {
  const older = temp ? parseVcardTemp(temp) : {}
  const newer = four ? parseVcard4(four) : {}
  const isIn = (vcard: Vcard): boolean => Object.keys(vcard).length > 0
  const source = isIn(newer) ? 'vcard4' : isIn(older) ? 'vcard-temp' : null
  return {source, vcard: inOrder({...older, ...newer})}
}

export interface VcardUpdate {
  vcard: Vcard
  /** What was written; empty where everything was so already. */
  stores: VcardStore[]
  /** SHA-1 of the photo, in hexadecimal, as contacts are told of it (XEP-0153). */
  photoHash: string | null
  /** Properties that were to change and that no store of this server has a place for. */
  notKept: string[]
}

export interface Updating {
  /** What was said of single properties, where that is less than `edit`: of a photo, that the avatar is to be it. */
  asked?: VcardEdit
}

/**
 * Changes our own vCard. What `edit` leaves alone stays, in the words of whichever client wrote it; where the two
 * stores differ, each keeps what is its own. What an earlier run left half done is done.
 */
export async function updateVcard(
  iq: Iq,
  edit: VcardEdit,
  {asked = edit}: Updating = {},
): Promise<VcardUpdate> {
  const [before, avatar] = await Promise.all([readBoth(iq), getAvatarInfo(iq)])
  const {vcard: old} = merge(before)
  const vcard = inOrder(edit(old))
  const stores: VcardStore[] = []

  const changed = changedNames(old, vcard)
  const picture = touches(asked, 'photo') || changed.has('photo') ? pictureOf(vcard) : 'as it is'
  if (picture !== 'as it is' && (await writeAvatar(iq, picture, avatar))) stores.push('avatar')
  const four = vcard4Of(edit, old, before.vcard4)
  const refusal = four && (await refusalOf(setVcard4(iq, four)))
  if (four && !refusal) stores.push('vcard4')
  if (await writeTemp(iq, edit, {old, vcard})) {
    stores.push('vcard-temp')
    const kept = refusal ? undefined : (four ?? before.vcard4)
    if (kept) await restore(iq, kept)
  }
  if (stores.length === 0 && refusal) throw refusal
  const notKept = refusal ? [...changed].filter((name) => !hasElement(name)) : []
  const photoHash = picture === 'as it is' ? (avatar?.id ?? null) : picture && sha1(picture.data)
  return {vcard, stores, photoHash, notKept}
}

/** Null for none; a link is no picture to publish, and says nothing of the avatar. */
function pictureOf({photo}: Vcard): Image | null | 'as it is' {
  const value = photo?.[0]?.value
  if (value === undefined) return null
  return (typeof value === 'string' && fromDataUri(value)) || 'as it is'
}

async function writeAvatar(
  iq: Iq,
  picture: Image | null,
  avatar: AvatarInfo | null,
): Promise<boolean> {
  const id = picture ? sha1(picture.data) : null
  if (id === (avatar?.id.toLowerCase() ?? null)) return false
  const written = picture ? setAvatar(iq, checkImage(picture.data)) : removeAvatar(iq)
  return !(await refusalOf(written))
}

/** Undefined where nothing changes in it: a picture in it would be sent to every contact, so it has none. */
function vcard4Of(edit: VcardEdit, old: Vcard, four: Element | undefined): Element | undefined {
  const own = four ? parseVcard4(four) : withoutPictures(old)
  const edited = applyToStore(edit, own, old)
  const changedInAll = changedNames(old, edit(old))
  // What the other store says already stays there.
  for (const name of changedNames(own, edited))
    if (!lookUp(own, name) && !changedInAll.has(name)) delete edited[name]
  const wanted = changedNames(own, edited).has('photo') ? withoutPictures(edited) : edited
  const changed = changedNames(own, wanted)
  return changed.size > 0 ? buildVcard4(inOrder(wanted), four, changed) : undefined
}

function withoutPictures({photo = [], ...rest}: Vcard): Vcard {
  const linked = photo.filter(({value}) => typeof value === 'string' && !fromDataUri(value))
  return linked.length > 0 ? {...rest, photo: linked} : rest
}

/** @returns whether there was something to write, and a place for it */
async function writeTemp(
  iq: Iq,
  edit: VcardEdit,
  {old, vcard}: {old: Vcard; vcard: Vcard},
): Promise<boolean> {
  const {vcardTemp: temp} = await readBoth(iq)
  const own = temp ? parseVcardTemp(temp) : {}
  const changed = changedNames(old, vcard)
  const isNew = Object.keys(own).length === 0 && changed.size > 0
  const edited = isNew ? vcard : applyToStore(edit, own, old)
  // Some servers make the one out of the other: then it says all of this already, as far as it knows the words.
  const isSaid = (name: string): boolean =>
    hasSameValues(own, edited, name) ||
    hasSameValues(own, vcard, name) ||
    !(changed.has(name) || isNew || conflicts(own, vcard, name))
  const open = [...changedNames(own, edited)].filter((name) => hasElement(name) && !isSaid(name))
  const written = buildVcardTemp(edited, temp, new Set(open))
  // What it has no words for is the same once more.
  if (changedNames(own, parseVcardTemp(written)).size === 0) return false
  return !(await refusalOf(setVcardTemp(iq, written)))
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
