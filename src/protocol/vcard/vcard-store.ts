/** The two stores of a vCard, XEP-0292 (PEP) and XEP-0054 (vcard-temp): merged when read, and both updated. */
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
  /** The store that takes precedence; null when the account has no vCard. */
  source: 'vcard4' | 'vcard-temp' | null
  vcard: Vcard
}

interface Stored {
  vcard4: Element | undefined
  vcardTemp: Element | undefined
}

/** Throws the error of the server when another account has no vCard in either store. The default is this account. */
export async function getVcard(iq: Iq, to?: string): Promise<StoredVcard> {
  return merge(await readBoth(iq, to))
}

async function readBoth(iq: Iq, to?: string): Promise<Stored> {
  const [vcard4, vcardTemp] = await Promise.all([
    getVcard4(iq, to),
    getVcardTemp(iq, to).catch((error: Failure) => error),
  ])
  if (!(vcardTemp instanceof Failure)) return {vcard4, vcardTemp}
  // Another account without a vCard may not exist.
  if (isAbsent(vcardTemp) && (vcard4 || to === undefined)) return {vcard4, vcardTemp: undefined}
  throw vcardTemp
}

/** Properties of the vCard4 take precedence; missing ones, often the photo, come from the vcard-temp. */
function merge({vcard4, vcardTemp}: Stored): StoredVcard {
  const older = vcardTemp ? parseVcardTemp(vcardTemp) : {}
  const newer = vcard4 ? parseVcard4(vcard4) : {}
  const hasProperties = (vcard: Vcard): boolean => Object.keys(vcard).length > 0
  const source = hasProperties(newer) ? 'vcard4' : hasProperties(older) ? 'vcard-temp' : null
  return {source, vcard: inOrder({...older, ...newer})}
}

export interface VcardUpdate {
  vcard: Vcard
  /** The stores that were written; empty when nothing changed. */
  stores: VcardStore[]
  /** SHA-1 of the photo, in hexadecimal, as in presences (XEP-0153). */
  photoHash: string | null
  /** Changed properties that no store of this server supports. */
  notKept: string[]
}

export interface Updating {
  /** The part of `edit` that names single properties. A photo that it names is also published as the avatar. */
  asked?: VcardEdit
}

/**
 * Changes the vCard of this account. Properties that `edit` does not name stay as another client wrote them; where the two
 * stores differ, each keeps its own. An update that an earlier run did not finish is completed.
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
  const image = touches(asked, 'photo') || changed.has('photo') ? imageOf(vcard) : 'unchanged'
  if (image !== 'unchanged' && (await writeAvatar(iq, image, avatar))) stores.push('avatar')
  const vcard4 = vcard4Of(edit, old, before.vcard4)
  const unsupported = vcard4 && (await unsupportedError(setVcard4(iq, vcard4)))
  if (vcard4 && !unsupported) stores.push('vcard4')
  if (await writeVcardTemp(iq, edit, {old, vcard})) {
    stores.push('vcard-temp')
    const current = unsupported ? undefined : (vcard4 ?? before.vcard4)
    if (current) await restore(iq, current)
  }
  if (stores.length === 0 && unsupported) throw unsupported
  const notKept = unsupported ? [...changed].filter((name) => !hasElement(name)) : []
  const photoHash = image === 'unchanged' ? (avatar?.id ?? null) : image && sha1(image.data)
  return {vcard, stores, photoHash, notKept}
}

/** Null when the vCard has no photo. A link cannot be published, so it does not change the avatar. */
function imageOf({photo}: Vcard): Image | null | 'unchanged' {
  const value = photo?.[0]?.value
  if (value === undefined) return null
  return (typeof value === 'string' && fromDataUri(value)) || 'unchanged'
}

async function writeAvatar(
  iq: Iq,
  image: Image | null,
  avatar: AvatarInfo | null,
): Promise<boolean> {
  const id = image ? sha1(image.data) : null
  if (id === (avatar?.id.toLowerCase() ?? null)) return false
  const written = image ? setAvatar(iq, checkImage(image.data)) : removeAvatar(iq)
  return !(await unsupportedError(written))
}

/** Undefined when nothing changes. Without embedded images: the server would send them to every contact. */
function vcard4Of(edit: VcardEdit, old: Vcard, stored: Element | undefined): Element | undefined {
  const own = stored ? parseVcard4(stored) : withoutImages(old)
  const edited = applyToStore(edit, own, old)
  const changedInMerged = changedNames(old, edit(old))
  // A property that only the other store has, and that does not change, stays there.
  for (const name of changedNames(own, edited))
    if (!lookUp(own, name) && !changedInMerged.has(name)) delete edited[name]
  const wanted = changedNames(own, edited).has('photo') ? withoutImages(edited) : edited
  const changed = changedNames(own, wanted)
  return changed.size > 0 ? buildVcard4(inOrder(wanted), stored, changed) : undefined
}

function withoutImages({photo = [], ...rest}: Vcard): Vcard {
  const linked = photo.filter(({value}) => typeof value === 'string' && !fromDataUri(value))
  return linked.length > 0 ? {...rest, photo: linked} : rest
}

/** @returns false when nothing changes, or the server does not support vcard-temp */
async function writeVcardTemp(
  iq: Iq,
  edit: VcardEdit,
  {old, vcard}: {old: Vcard; vcard: Vcard},
): Promise<boolean> {
  const {vcardTemp} = await readBoth(iq)
  const own = vcardTemp ? parseVcardTemp(vcardTemp) : {}
  const changed = changedNames(old, vcard)
  const isNew = Object.keys(own).length === 0 && changed.size > 0
  const edited = isNew ? vcard : applyToStore(edit, own, old)
  // Some servers derive one store from the other, which then already has the values that it supports.
  const isDerived = (name: string): boolean =>
    hasSameValues(own, edited, name) ||
    hasSameValues(own, vcard, name) ||
    !(changed.has(name) || isNew || conflicts(own, vcard, name))
  const names = [...changedNames(own, edited)].filter(
    (name) => hasElement(name) && !isDerived(name),
  )
  const written = buildVcardTemp(edited, vcardTemp, new Set(names))
  // The change may be one that vcard-temp cannot express.
  if (changedNames(own, parseVcardTemp(written)).size === 0) return false
  return !(await unsupportedError(setVcardTemp(iq, written)))
}

/** Some servers derive the vCard4 from the vcard-temp, and so have just replaced it with fewer properties. */
async function restore(iq: Iq, vcard4: Element): Promise<void> {
  const stored = await getVcard4(iq)
  const isSame =
    stored && JSON.stringify(parseVcard4(stored)) === JSON.stringify(parseVcard4(vcard4))
  if (!isSame) await setVcard4(iq, vcard4)
}

/** The failure, if it means that the server does not have the store. Throws other failures. */
async function unsupportedError(written: Promise<unknown>): Promise<Failure | undefined> {
  try {
    await written
    return undefined
  } catch (error) {
    if (isAbsent(error)) return error as Failure
    throw error
  }
}
