/** XEP-0084: User Avatar <https://xmpp.org/extensions/xep-0084.html> */
import {createHash} from 'node:crypto'
import {EXIT, Failure} from '../../errors.ts'
import {type Iq, xml} from '../../xml.ts'
import {getItem, publish} from '../core/pubsub.ts'
import {type Image, toImage} from './image.ts'

export const NODE_AVATAR_DATA = 'urn:xmpp:avatar:data'
export const NODE_AVATAR_METADATA = 'urn:xmpp:avatar:metadata'

export interface AvatarInfo {
  /** SHA-1 of the image, in hexadecimal; the photo hash of XEP-0153. */
  id: string
  /** Media type. */
  type: string
  bytes: number
}

export const sha1 = (data: Buffer): string => createHash('sha1').update(data).digest('hex')

/** Null when the account has no avatar, when this account may not see it, or when it is only a link. */
export async function getAvatarInfo(iq: Iq, to?: string): Promise<AvatarInfo | null> {
  const metadata = (await getItem(iq, NODE_AVATAR_METADATA, {to}))?.payload
  const infos = metadata?.getChildren('info') ?? []
  const info = infos.find(({attrs}) => attrs.id && !attrs.url)
  if (!info) return null
  const {bytes, id = '', type = 'image/png'} = info.attrs as Record<string, string>
  return {id, type, bytes: Number(bytes) || 0}
}

/** Throws `no-photo` (67), or `wrong-photo` (65) when the image does not match the metadata. */
export async function getAvatar(iq: Iq, {id, type}: AvatarInfo, to?: string): Promise<Image> {
  const payload = (await getItem(iq, NODE_AVATAR_DATA, {id, to}))?.payload
  const data = Buffer.from(payload?.text() ?? '', 'base64')
  if (data.length === 0)
    throw new Failure(
      'no-photo',
      'The server announces an avatar but has no image for it',
      EXIT.noUser,
      {
        stage: 'request',
      },
    )
  if (sha1(data) !== id.toLowerCase())
    throw new Failure('wrong-photo', 'The image does not match the announced avatar', EXIT.data, {
      stage: 'request',
    })
  return toImage(data, type)
}

/** Publishes the data first, so that it exists when contacts receive the metadata (§3.2). */
export async function setAvatar(iq: Iq, {data, type}: Image): Promise<AvatarInfo> {
  const info = {id: sha1(data), type, bytes: data.length}
  const base64 = data.toString('base64')
  const payload = xml('data', {xmlns: NODE_AVATAR_DATA}, base64)
  await publish(iq, NODE_AVATAR_DATA, {id: info.id, payload}, 'open')
  await publishInfo(iq, info)
  return info
}

/** §4.2.1: an empty metadata element means that the avatar was removed. */
export async function removeAvatar(iq: Iq): Promise<void> {
  await publishInfo(iq, null)
}

async function publishInfo(iq: Iq, info: AvatarInfo | null): Promise<void> {
  const children = info ? [xml('info', {...info, bytes: String(info.bytes)})] : []
  const payload = xml('metadata', {xmlns: NODE_AVATAR_METADATA}, ...children)
  await publish(iq, NODE_AVATAR_METADATA, {id: info?.id ?? 'none', payload}, 'open')
}
