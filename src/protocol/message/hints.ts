/** XEP-0334: Message Processing Hints <https://xmpp.org/extensions/xep-0334.html> */
import {type Element, xml} from '../../xml.ts'

const NS_HINTS = 'urn:xmpp:hints'

/** `no-store`: do not archive the message or keep it for offline recipients; `no-copy`: send no carbons of it. */
export type Hint = 'no-store' | 'no-copy' | 'store'

export const buildHint = (hint: Hint): Element => xml(hint, {xmlns: NS_HINTS})
