/** The stanzas of a server that count as the answer to a stanza of the command. */
import assert from 'node:assert/strict'
import {answer, bounce, readRequest, signInClient, takeMessage} from '../support/admit.ts'
import {newScriptedSession} from '../support/scripted-session.ts'

const SEND = 'send bob@localhost hi'

describe('the answer of a server', () => {
  const {failure, startServer, run} = newScriptedSession()

  describe('an error', () => {
    for (const [how, from, id] of [
      ['in another case', 'BOB@LocalHost', true],
      ['from a client of the recipient', 'bob@localhost/x', true],
      ['without from', undefined, true],
      ['without an id', 'bob@localhost', false],
      ['without both', undefined, false],
    ] as const) {
      const buildError = (message: string): string => {
        const whole = bounce({id: message, from: from ?? '-'}, ['cancel', 'item-not-found'])
        const named = from ? whole : whole.replace(" from='-'", '')
        return id ? named : named.replace(` id='${message}'`, '')
      }
      it(`counts ${how}`, async () => {
        const at = await startServer(async (peer) => {
          const {message, ping} = await takeMessage(peer)
          peer.write(buildError(message))
          answer(peer, ping)
        })
        assert.equal((await failure(67, SEND, {at})).state, 'failed')
      })

      it(`counts late, and ${how}`, async () => {
        const at = await startServer(async (peer) => {
          const {message, ping} = await takeMessage(peer)
          answer(peer, ping)
          peer.write(buildError(message))
        })
        assert.equal((await failure(67, `${SEND} --wait delivered`, {at})).state, 'failed')
      })
    }

    it('does not count without an id, and from another account', async () => {
      const at = await startServer(async (peer) => {
        const {message, ping} = await takeMessage(peer)
        const other = bounce({id: message, from: 'carol@localhost'}, ['cancel', 'gone'])
        peer.write(other.replace(` id='${message}'`, ''))
        answer(peer, ping)
      })
      assert.equal((await run(SEND, {at})).status, 0)
    })
  })

  describe('a receipt', () => {
    const receipt = (id: string, from: string): string =>
      `<message from='${from}'><received xmlns='urn:xmpp:receipts' id='${id}'/></message>`

    it('counts from another spelling of the recipient, and from no other address', async () => {
      for (const [from, status] of [
        ['BOB@localhost/x', 0],
        ['bob@evil.example/x', 124],
      ] as const) {
        const at = await startServer(async (peer) => {
          const {message, ping} = await takeMessage(peer)
          answer(peer, ping)
          peer.write(receipt(message, from))
        })
        const {status: ended} = await run(`${SEND} --wait delivered --timeout 2s`, {at})
        assert.equal(ended, status, from)
      }
    })
  })

  describe('a result', () => {
    for (const [to, from] of [
      ['example.org', " from='EXAMPLE.org'"],
      ['faß.example', " from='fass.example'"],
      ['example.org', ''],
    ]) {
      it(`counts for ${to}${from || ' without from'}`, async () => {
        const at = await startServer(async (peer) => {
          await signInClient(peer)
          peer.write(`<iq type='result' id='${await readRequest(peer)}'${from}/>`)
        })
        assert.equal((await run(`ping ${to}`, {at})).status, 0)
      })
    }
  })
})
