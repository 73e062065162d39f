/** Names for files from the network: a name must not lead out of the folder, or make a hidden file or an option. */
/** Also characters that change the direction of text, or are not shown. */
const UNSAFE = /[/\\\p{Cc}\p{Cf}\u2028\u2029]/u

/** The last part of the path of a URL; undefined if it is not safe as the name of a file. */
export function fileNameOf(url: URL): string | undefined {
  const name = lastPart(url)
  return name !== '' && !UNSAFE.test(name) && !/^[.-]/.test(name) ? name : undefined
}

function lastPart({pathname}: URL): string {
  const part = pathname.split('/').at(-1) ?? ''
  try {
    return decodeURIComponent(part)
  } catch {
    return part // an invalid "%"
  }
}
