/** XEP-0447: Stateless file sharing <https://xmpp.org/extensions/xep-0447.html> */
import {type Element, xml} from '../../xml.ts'
import {NS_FALLBACK} from './fallback.ts'
import {buildMetadata, type FileMetadata, NS_METADATA, parseMetadata} from './file-metadata.ts'
import {parseOob} from './oob.ts'

export const NS_SHARING = 'urn:xmpp:sfs:0'
const NS_URL_DATA = 'http://jabber.org/protocol/url-data'

/** A file in a message. */
export interface SharedFile extends FileMetadata {
  url: string
}

/** The body of the message is the URL, for clients that do not support the protocol (§3.2). */
export function buildSharing({url, ...metadata}: SharedFile): Element[] {
  const source = xml('url-data', {xmlns: NS_URL_DATA, target: url})
  return [
    xml(
      'file-sharing',
      {xmlns: NS_SHARING, disposition: 'inline'},
      buildMetadata(metadata),
      xml('sources', {}, source),
    ),
    xml('fallback', {xmlns: NS_FALLBACK, for: NS_SHARING}, xml('body')),
  ]
}

/** The files of a message that have a URL; one of XEP-0066 without its metadata, unless it is among them. */
export function parseSharedFiles(message: Element): SharedFile[] {
  const files = message.getChildren('file-sharing', NS_SHARING).flatMap((sharing) => {
    const url = sourceOf(sharing)
    return url ? [{url, ...parseMetadata(sharing.getChild('file', NS_METADATA))}] : []
  })
  const url = parseOob(message)?.url
  if (url === undefined || files.some((file) => file.url === url)) return files
  return [...files, {url, ...parseMetadata(undefined)}]
}

/** The first source of kind `https:`; a file may have other sources as well. */
function sourceOf(sharing: Element): string | undefined {
  const sources = sharing.getChild('sources')?.getChildren('url-data', NS_URL_DATA) ?? []
  const targets = sources.map(({attrs}) => String(attrs.target ?? '').trim())
  return targets.find((target) => /^https:/i.test(target)) ?? (targets[0] || undefined)
}
