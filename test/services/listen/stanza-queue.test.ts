import assert from 'node:assert/strict'
import {EXIT} from '../../../src/errors.ts'
import {StanzaQueue} from '../../../src/services/listen/stanza-queue.ts'
import {Inbox} from '../../../src/session/stanzas/inbox.ts'
import {el} from '../../support/xml.ts'

const message = el`<message from='romeo@montague.lit'><body>hi</body></message>`

describe('stanzas that are queued until the server answers a request', () => {
  const flood = (count: number) => {
    const inbox = new Inbox()
    const queue = new StanzaQueue(inbox.open(), () => {})
    for (let i = 0; i < count; i++) inbox.put(message, i + 1)
    return {inbox, queue}
  }

  it('are limited in number, and none counts as handled', async () => {
    const {inbox, queue} = flood(20_001)
    const waiting = queue.bufferWhile(new Promise(() => {}))
    await assert.rejects(waiting, {code: 'too-many-messages', exitCode: EXIT.temporary})
    assert.equal(inbox.oldestOpen, 1)
  })

  it('are all available after the answer', async () => {
    const {queue} = flood(1000)
    let answer = (): void => {}
    const answered = new Promise<void>((resolve) => {
      answer = resolve
    })
    const waiting = queue.bufferWhile(answered)
    setImmediate(answer)
    await waiting
    for (let i = 0; i < 1000; i++) assert.ok('stanza' in (await queue.next()))
  })
})
