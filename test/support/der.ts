/** X.690: Distinguished Encoding Rules, for certificates <https://www.itu.int/rec/T-REC-X.690> */

/** One value: its tag, its length, its content. */
export function der(tag: number, ...content: Array<Buffer | string>): Buffer {
  const value = Buffer.concat(content.map((part) => Buffer.from(part)))
  return Buffer.concat([Buffer.from([tag, ...lengthOf(value.length)]), value])
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length]
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
}

export const sequence = (...items: Buffer[]): Buffer => der(0x30, ...items)
export const bits = (content: Buffer): Buffer => der(0x03, Buffer.from([0]), content)
export const octets = (content: Buffer): Buffer => der(0x04, content)
export const utf8 = (text: string): Buffer => der(0x0c, text)
export const derTrue = der(0x01, Buffer.from([0xff]))

/** A context-specific tag around constructed content. */
export const tagged = (number: number, ...content: Buffer[]): Buffer =>
  der(0xa0 + number, ...content)

/** An object identifier written with dots. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

function base128(value: number): number[] {
  const groups = [value & 0x7f]
  for (let left = value >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80)
  return groups
}

/** UTCTime, for the years 1950 to 2049. */
export const utcTime = (date: Date): Buffer =>
  der(0x17, `${date.toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`)
