/** Reads the vCard and the avatar of an account, and the photo that clients show. */
import {EXIT, Failure} from '../../errors.ts'
import {type AvatarInfo, getAvatar, getAvatarInfo} from '../../protocol/vcard/avatar.ts'
import {checkPhotoUri, fromDataUri, type Image} from '../../protocol/vcard/image.ts'
import {getVcard, type StoredVcard} from '../../protocol/vcard/vcard-store.ts'
import type {Iq} from '../../xml.ts'

export type Profile = {jid: string; avatar: AvatarInfo | null} & StoredVcard

/**
 * Throws `no-vcard` (67) when the account has neither a vCard nor an avatar.
 *
 * @param own the bare JID of this account, which is the default for `to`
 */
export async function getProfile(iq: Iq, own: string, to?: string): Promise<Profile> {
  const [stored, avatar] = await Promise.all([getVcard(iq, to), getAvatarInfo(iq, to)])
  const jid = to ?? own
  if (!stored.source && !avatar) throw noVcard(jid, to === undefined)
  return {jid, ...stored, avatar}
}

/** The avatar, or else the photo of the vCard: clients show the avatar, which is newer. Throws `no-photo` (67). */
export async function getPhoto(iq: Iq, {avatar, jid, vcard}: Profile, to?: string): Promise<Image> {
  if (avatar) return getAvatar(iq, avatar, to)
  const uri = vcard.photo?.[0]?.value
  const image = typeof uri === 'string' ? fromDataUri(checkPhotoUri(uri)) : undefined
  if (image) return image
  throw new Failure('no-photo', `${jid} has no photo`, EXIT.noUser, {
    stage: 'request',
    ...(typeof uri === 'string' && {hint: `The vCard has only a link to a photo: ${uri}`}),
  })
}

/** Servers send the same answer for an account that does not exist as for an account without a vCard. */
function noVcard(jid: string, isOwn: boolean): Failure {
  return new Failure('no-vcard', `${jid} has no vCard`, EXIT.noUser, {
    stage: 'request',
    hint: isOwn
      ? 'Set one with: xmpp vcard set --set fn="Juliet Capulet"'
      : 'The account may not exist: the server sends the same answer in both cases',
  })
}
