/** Who was blocked, or is not any more. */
import type {BlockItem} from '../protocol/blocking.ts'
import {cleanLine} from './clean.ts'

const WORDS = {blocked: 'Blocked', unblocked: 'Unblocked', unchanged: 'Already blocked:'}

export const renderBlockItem = ({jid, state}: BlockItem): string =>
  `${WORDS[state]} ${cleanLine(jid)}`
