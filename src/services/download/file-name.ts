/** Names for files from the network: a name must not lead out of the folder, or make a hidden file or an option. */
import path from 'node:path'

/** Also characters that change the direction of text, or are not shown. */
const UNSAFE = /[/\\\p{Cc}\p{Cf}\u2028\u2029]/u
const MAX_BYTES = 200

/** The last part of the path of a URL; undefined if it is not safe as the name of a file. */
export function fileNameOf(url: URL): string | undefined {
  const name = lastPart(url)
  return name !== '' && !UNSAFE.test(name) && !/^[.-]/.test(name) ? name : undefined
}

/** A safe name that resembles the given one, or that of the URL. */
export function safeFileName(given: string | undefined, url: URL): string {
  const name = (given ?? lastPart(url))
    .replaceAll(new RegExp(UNSAFE, 'gu'), '_')
    .trim()
    .replace(/^[.-]/, '_')
  return name === '' ? 'file' : shortened(name)
}

/** With a number before the file extension. */
export function numberedName(name: string, serial: number): string {
  const {ext, name: stem} = path.parse(name)
  return serial === 0 ? name : `${stem}-${serial}${ext}`
}

function lastPart({pathname}: URL): string {
  const part = pathname.split('/').at(-1) ?? ''
  try {
    return decodeURIComponent(part)
  } catch {
    return part // an invalid "%"
  }
}

function shortened(name: string): string {
  const {ext, name: stem} = path.parse(name)
  const end = Buffer.byteLength(ext) > 20 ? '' : ext
  const bytes = Buffer.from(end === ext ? stem : name).subarray(
    0,
    MAX_BYTES - Buffer.byteLength(end),
  )
  return new TextDecoder().decode(bytes, {stream: true}) + end // without a character that was cut
}
