/** XEP-0384: OMEMO Encryption <https://xmpp.org/extensions/xep-0384.html>; others by XEP-0380. Nothing is decrypted here. */
import type {Element} from '../../xml.ts'

const NS_ENCRYPTION = 'urn:xmpp:eme:0'
const OMEMO = ['urn:xmpp:omemo:2', 'eu.siacs.conversations.axolotl']

/** How what the message says is encrypted, as a namespace; a header without a payload says nothing (§5.5.3). */
export function parseEncryption(message: Element): string | undefined {
  for (const namespace of OMEMO) {
    const encrypted = message.getChild('encrypted', namespace)
    if (encrypted) return encrypted.getChild('payload') && namespace
  }
  return message.getChild('encryption', NS_ENCRYPTION)?.attrs.namespace || undefined
}
