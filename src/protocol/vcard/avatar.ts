/** XEP-0084: User Avatar <https://xmpp.org/extensions/xep-0084.html> */
import {createHash} from 'node:crypto'
import {EXIT, Failure} from '../../errors.ts'
import {type Iq, xml} from '../../xml.ts'
import {getItem, publish} from '../core/pubsub.ts'
import {asPicture, type Image} from './image.ts'

export const NODE_AVATAR_DATA = 'urn:xmpp:avatar:data'
export const NODE_AVATAR_METADATA = 'urn:xmpp:avatar:metadata'

export interface AvatarInfo {
  /** SHA-1 of the picture, in hexadecimal; XEP-0153 has the same in presences. */
  id: string
  /** Media type. */
  type: string
  bytes: number
}

export const sha1 = (data: Buffer): string => createHash('sha1').update(data).digest('hex')

/** Null where there is none, or none for us to see; a picture that is only on the web is none. */
export async function getAvatarInfo(iq: Iq, to?: string): Promise<AvatarInfo | null> {
  const metadata = (await getItem(iq, NODE_AVATAR_METADATA, {to}))?.payload
  const infos = metadata?.getChildren('info') ?? []
  const info = infos.find(({attrs}) => attrs.id && !attrs.url)
  if (!info) return null
  const {bytes, id = '', type = 'image/png'} = info.attrs as Record<string, string>
  return {id, type, bytes: Number(bytes) || 0}
}

/** Throws where it is not the picture that the metadata promised. */
export async function getAvatar(iq: Iq, {id, type}: AvatarInfo, to?: string): Promise<Image> {
  const payload = (await getItem(iq, NODE_AVATAR_DATA, {id, to}))?.payload
  const data = Buffer.from(payload?.text() ?? '', 'base64')
  if (data.length === 0)
    throw new Failure('no-photo', 'The picture is announced and not there', EXIT.noUser, {
      stage: 'request',
    })
  if (sha1(data) !== id.toLowerCase())
    throw new Failure('wrong-photo', 'The picture is not the one that was announced', EXIT.data, {
      stage: 'request',
    })
  return asPicture(data, type)
}

/** The data first, so that whoever hears of it finds it (§3.2). */
export async function setAvatar(iq: Iq, {data, type}: Image): Promise<AvatarInfo> {
  const info = {id: sha1(data), type, bytes: data.length}
  const base64 = data.toString('base64')
  const payload = xml('data', {xmlns: NODE_AVATAR_DATA}, base64)
  await publish(iq, NODE_AVATAR_DATA, {id: info.id, payload}, 'open')
  await publishInfo(iq, info)
  return info
}

/** §4.2.1: an empty metadata element says that there is no picture any more. */
export async function removeAvatar(iq: Iq): Promise<void> {
  await publishInfo(iq, null)
}

async function publishInfo(iq: Iq, info: AvatarInfo | null): Promise<void> {
  const children = info ? [xml('info', {...info, bytes: String(info.bytes)})] : []
  const payload = xml('metadata', {xmlns: NODE_AVATAR_METADATA}, ...children)
  await publish(iq, NODE_AVATAR_METADATA, {id: info?.id ?? 'none', payload}, 'open')
}
