/** XEP-0384: OMEMO Encryption <https://xmpp.org/extensions/xep-0384.html>; other methods by XEP-0380. Messages are recognised, not decrypted. */
import type {Element} from '../../xml.ts'

const NS_ENCRYPTION = 'urn:xmpp:eme:0'
const OMEMO = ['urn:xmpp:omemo:2', 'eu.siacs.conversations.axolotl']

/** The namespace of the encryption method. An OMEMO header without a payload has no content (§5.5.3). */
export function parseEncryption(message: Element): string | undefined {
  for (const namespace of OMEMO) {
    const encrypted = message.getChild('encrypted', namespace)
    if (encrypted) return encrypted.getChild('payload') && namespace
  }
  return message.getChild('encryption', NS_ENCRYPTION)?.attrs.namespace || undefined
}
