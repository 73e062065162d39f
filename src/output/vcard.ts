/** A vCard as a table of values and their keys, which are those of `vcard set`; and its changes. */
import type {AvatarInfo} from '../protocol/vcard/avatar.ts'
import {fromDataUri} from '../protocol/vcard/image.ts'
import {COMPONENTS, lookUp, type Vcard, type VcardValue} from '../protocol/vcard/vcard.ts'
import type {VcardStore} from '../protocol/vcard/vcard-store.ts'
import {renderTable} from './layout/table.ts'
import type {Terminal} from './layout/terminal.ts'
import {sanitizeLine} from './sanitize.ts'

export function renderVcard(
  vcard: Vcard,
  avatar: AvatarInfo | null,
  terminal: Terminal,
): Promise<string> {
  const rows = Object.entries(vcard).flatMap(([name, values]) =>
    values.flatMap((value) => rowsOf(name, value)),
  )
  if (avatar) rows.push(['avatar', describe(avatar.type, avatar.bytes)])
  return renderTable(['Key', 'Value'], rows, terminal)
}

function rowsOf(name: string, {types, value}: VcardValue): string[][] {
  const key = [name, ...types.filter((type) => type !== 'internet').slice(0, 1)].join(':')
  if (typeof value === 'string') {
    const image = fromDataUri(value)
    return [[key, image ? describe(image.type, image.data.length) : value]]
  }
  const order = lookUp(COMPONENTS, name) ?? Object.keys(value)
  return order.flatMap((part) => (value[part] ? [[`${key}.${part}`, value[part]]] : []))
}

const describe = (type: string, bytes: number): string => `${type}, ${bytes} bytes`

export const renderSavedPhoto = (file: string, type: string, bytes: number): string =>
  `Wrote ${file}: ${sanitizeLine(describe(type, bytes))}`

/** @param photo the hash of a photo that was set */
export function renderVcardChange(stores: readonly VcardStore[], photo: string | null): string {
  const parts = new Set(stores.map((store) => (store === 'avatar' ? 'the avatar' : 'the vCard')))
  const done = parts.size > 0 ? `Changed ${[...parts].sort().join(' and ')}` : 'Nothing has changed'
  return photo === null ? done : `${done} (photo hash ${photo})`
}

export const renderNotKept = (property: string): string =>
  `The server cannot store ${property}; it was not saved`

export const renderLostLine = (line: string): string =>
  `This line of the vCard was not saved, or only in part: ${line.slice(0, 60)}`

export const renderNickChange = (nick: string | null): string =>
  nick === null ? 'Removed the nickname' : `The nickname is ${sanitizeLine(nick)}`
