/** A vCard as a table of values and their keys, which are those of `vcard set`. */

import type {AvatarInfo} from '../protocol/vcard/avatar.ts'
import {fromDataUri} from '../protocol/vcard/image.ts'
import {COMPONENTS, lookUp, type Vcard, type VcardValue} from '../protocol/vcard/vcard.ts'
import {renderTable} from './layout/table.ts'
import type {Terminal} from './layout/terminal.ts'

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
