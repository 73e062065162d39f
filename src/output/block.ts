/** Who was blocked, or is not any more. */
import type {BlockItem} from '../protocol/roster/blocking.ts'
import {sanitizeLine} from './sanitize.ts'

const WORDS = {blocked: 'Blocked', unblocked: 'Unblocked', unchanged: 'Already blocked:'}

export const renderBlockItem = ({jid, state}: BlockItem): string =>
  `${WORDS[state]} ${sanitizeLine(jid)}`
