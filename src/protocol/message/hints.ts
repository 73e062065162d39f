/** XEP-0334: Message Processing Hints <https://xmpp.org/extensions/xep-0334.html> */
import {type Element, xml} from '../../xml.ts'

const NS_HINTS = 'urn:xmpp:hints'

/** `no-store`: nowhere, not even for who is offline; `no-copy`: to no client but the one addressed. */
export type Hint = 'no-store' | 'no-copy' | 'store'

export const buildHint = (hint: Hint): Element => xml(hint, {xmlns: NS_HINTS})
