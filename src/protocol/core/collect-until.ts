/** Collects stanzas that have no common request, until a fence (such as the answer to a later ping) arrives. */
import {nextTurn} from '../../next-turn.ts'
import type {Element} from '../../xml.ts'

/**
 * All stanzas that arrive until `fence` resolves. The fence must be sent after the request whose answers it ends. Rejects
 * when `fence` rejects, which it also does when the session ends.
 */
export async function collectUntil(
  incoming: AsyncIterableIterator<Element>,
  fence: Promise<unknown>,
): Promise<Element[]> {
  const collected: Element[] = []
  const read = async (): Promise<void> => {
    for await (const stanza of incoming) collected.push(stanza)
  }
  read().catch(() => {}) // the end of the session also rejects `fence`
  await fence
  // Stanzas that arrived before the fence may still wait in resolved promises.
  await nextTurn()
  return [...collected]
}
