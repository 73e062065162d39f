import assert from 'node:assert/strict'
import {EXIT, Failure} from '../../../src/errors.ts'
import {parseInvitation, redeemInvitation} from '../../../src/protocol/registration/invitation.ts'
import type {Element, Iq} from '../../../src/xml.ts'

describe('XEP-0445: Pre-Authenticated In-Band Registration', () => {
  for (const [text, token, jid] of [
    ['TOKEN', 'TOKEN', null],
    ['xmpp:juliet@example.com?register;preauth=TOKEN', 'TOKEN', 'juliet@example.com'],
    ['xmpp:example.com?register;preauth=TOKEN', 'TOKEN', 'example.com'],
    ['xmpp:romeo@example.com?roster;preauth=TOKEN;ibr=y', 'TOKEN', 'example.com'],
    ['XMPP:example.com?register;x=1;preauth=a%2Bb%3D', 'a+b=', 'example.com'],
  ] as const) {
    it(`reads ${text}`, () => assert.deepEqual(parseInvitation(text), {token, jid}))
  }

  for (const text of [
    'xmpp:example.com?register',
    'xmpp:example.com?register;preauth=',
    'xmpp:example.com?register;preauth=%',
  ]) {
    it(`refuses ${text}`, () =>
      assert.throws(() => parseInvitation(text), {code: 'bad-invitation', exitCode: EXIT.data}))
  }

  const showTo = (failure?: Failure) => {
    const asked: string[] = []
    const set = async (payload: Element, to?: string): Promise<undefined> => {
      asked.push(`${to}: ${payload}`)
      if (failure) throw failure
    }
    const iq: Iq = {get: set, set}
    return {asked, shown: redeemInvitation(iq, 'TOKEN', 'example.com')}
  }
  const refusal = (condition: string): Failure =>
    new Failure(condition, 'It was refused', EXIT.noUser, {condition})

  it('shows the token to the server', async () => {
    const {asked, shown} = showTo()
    await shown
    assert.deepEqual(asked, ['example.com: <preauth xmlns="urn:xmpp:pars:0" token="TOKEN"/>'])
  })

  it('a token that is no good is 77, a server without invitations 69', async () => {
    const [bad, none] = [refusal('item-not-found'), refusal('service-unavailable')]
    await assert.rejects(showTo(bad).shown, {code: 'bad-token', exitCode: EXIT.noPermission})
    await assert.rejects(showTo(none).shown, {code: 'no-invitations', exitCode: EXIT.unavailable})
  })
})
