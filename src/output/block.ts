/** Who was blocked, or is not any more. */
import type {BlockItem} from '../protocol/blocking.ts'
import {cleanLine} from './clean.ts'

/** @param already what is said of those who were so before */
export function renderBlockItems(items: BlockItem[], already: string): string {
  const words = {blocked: 'Blocked', unblocked: 'Unblocked', unchanged: already}
  return items.map(({jid, state}) => `${words[state]} ${cleanLine(jid)}`).join('\n')
}
