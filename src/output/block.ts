/** The block list, and changes to it. */
import type {BlockItem} from '../protocol/roster/blocking.ts'
import type {Terminal} from './layout/terminal.ts'
import {sanitizeLine} from './sanitize.ts'

export function renderBlocklist(blocked: string[], {isTTY}: Terminal): string {
  if (blocked.length === 0 && isTTY) return 'No blocked JIDs. Block one with: xmpp block add JID'
  return blocked.map(sanitizeLine).join('\n')
}

const WORDS = {blocked: 'Blocked', unblocked: 'Unblocked', unchanged: 'Already blocked:'}

export const renderBlockItem = ({jid, state}: BlockItem): string =>
  `${WORDS[state]} ${sanitizeLine(jid)}`
