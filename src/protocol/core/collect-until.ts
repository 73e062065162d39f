/** What comes without being an answer to one question: read until something else says that it is over. */
import {setImmediate as turn} from 'node:timers/promises'
import type {Element} from '../../xml.ts'

/**
 * All that arrives until `over` resolves, which must not be before what it fences was sent. Rejects when `over`
 * does; the end of the session is heard there as well.
 */
export async function collectUntil(
  incoming: AsyncIterableIterator<Element>,
  over: Promise<unknown>,
): Promise<Element[]> {
  const collected: Element[] = []
  const read = async (): Promise<void> => {
    for await (const stanza of incoming) collected.push(stanza)
  }
  read().catch(() => {}) // whatever ends the reading ends `over`
  await over
  // What arrived before the fence may still be on its way through promises.
  await turn()
  return [...collected]
}
