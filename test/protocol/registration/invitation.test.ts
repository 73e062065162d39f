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

  const redeemAt = (failure?: Failure) => {
    const requests: string[] = []
    const set = async (payload: Element, to?: string): Promise<undefined> => {
      requests.push(`${to}: ${payload}`)
      if (failure) throw failure
    }
    const iq: Iq = {get: set, set}
    return {requests, redeemed: redeemInvitation(iq, 'TOKEN', 'example.com')}
  }
  const refusal = (condition: string): Failure =>
    new Failure(condition, 'It was refused', EXIT.noUser, {condition})

  it('sends the token to the server', async () => {
    const {requests, redeemed} = redeemAt()
    await redeemed
    assert.deepEqual(requests, ['example.com: <preauth xmlns="urn:xmpp:pars:0" token="TOKEN"/>'])
  })

  it('an invalid token is 77, a server without invitations 69', async () => {
    const [bad, none] = [refusal('item-not-found'), refusal('service-unavailable')]
    await assert.rejects(redeemAt(bad).redeemed, {code: 'bad-token', exitCode: EXIT.noPermission})
    await assert.rejects(redeemAt(none).redeemed, {
      code: 'no-invitations',
      exitCode: EXIT.unavailable,
    })
  })
})
