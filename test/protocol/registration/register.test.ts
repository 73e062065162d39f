import assert from 'node:assert/strict'
import {EXIT, Failure} from '../../../src/errors.ts'
import {
  changePassword,
  getRegistration,
  parseRegistration,
  register,
} from '../../../src/protocol/registration/register.ts'
import type {Element, Iq} from '../../../src/xml.ts'
import {el} from '../../support/xml.ts'

/** Answers one request, and records it. */
function answering(answer: Element | Failure | undefined) {
  const requests: string[] = []
  const reply = async (payload: Element, to?: string): Promise<Element | undefined> => {
    requests.push(`${to ?? 'own server'}: ${payload}`)
    if (answer instanceof Failure) throw answer
    return answer
  }
  const iq: Iq = {get: reply, set: reply}
  return {requests, iq}
}

const refusal = (condition: string, text?: string): Failure =>
  new Failure(condition, 'It was refused', EXIT.unavailable, {
    condition,
    stage: 'request',
    ...(text && {text}),
  })

describe('XEP-0077: In-Band Registration', () => {
  it('reads plain fields: all are required, the password is a secret', () => {
    const {fields, form, instructions} = parseRegistration(el`
      <query xmlns='jabber:iq:register'>
        <instructions>Choose a username and password for use with this service.</instructions>
        <username/>
        <password/>
        <email/>
      </query>`)
    assert.equal(instructions, 'Choose a username and password for use with this service.')
    assert.equal(form, null)
    assert.deepEqual(
      fields.map(({name, required, type}) => [name, type, required]),
      [
        ['username', 'text-single', true],
        ['password', 'text-private', true],
        ['email', 'text-single', true],
      ],
    )
  })

  it('submits plain fields for plain fields', async () => {
    const form = parseRegistration(el`
      <query xmlns='jabber:iq:register'><username/><password/></query>`)
    const {requests, iq} = answering(undefined)
    await register(iq, form, {username: ['bill'], password: ['Calliope']})
    assert.deepEqual(requests, [
      'own server: <query xmlns="jabber:iq:register"><username>bill</username><password>Calliope</password></query>',
    ])
  })

  it('a data form replaces plain fields, and is submitted as a data form', async () => {
    const form = parseRegistration(el`
      <query xmlns='jabber:iq:register'>
        <instructions>Use the enclosed form to register.</instructions>
        <x xmlns='jabber:x:data' type='form'>
          <title>Contest Registration</title>
          <instructions>Please provide the following information.</instructions>
          <field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field>
          <field type='text-single' label='Given Name' var='first'><required/></field>
        </x>
        <username/>
      </query>`)
    assert.equal(form.instructions, 'Please provide the following information.')
    const {requests, iq} = answering(undefined)
    await register(iq, form, {first: ['Juliet']})
    assert.deepEqual(requests, [
      'own server: <query xmlns="jabber:iq:register"><x xmlns="jabber:x:data" type="submit">' +
        '<field var="FORM_TYPE" type="hidden"><value>jabber:iq:register</value></field>' +
        '<field var="first"><value>Juliet</value></field></x></query>',
    ])
  })

  it('a server that refers to a web page is 69, with the URL as the hint', async () => {
    const {iq} = answering(el`
      <query xmlns='jabber:iq:register'>
        <instructions>To register, visit http://www.shakespeare.lit/contests.php</instructions>
        <x xmlns='jabber:x:oob'><url>http://www.shakespeare.lit/contests.php</url></x>
      </query>`)
    await assert.rejects(getRegistration(iq), {
      code: 'no-registration',
      exitCode: EXIT.unavailable,
      hint: 'Register on the web: http://www.shakespeare.lit/contests.php',
      text: 'To register, visit http://www.shakespeare.lit/contests.php',
    })
  })

  it('a server without registration is 69', async () => {
    for (const condition of ['service-unavailable', 'not-allowed', 'forbidden']) {
      const {iq} = answering(refusal(condition))
      const expected = {code: 'no-registration', exitCode: EXIT.unavailable}
      await assert.rejects(getRegistration(iq), expected)
    }
  })

  it('a name that is in use is 73, with the suggestion of the server', async () => {
    const form = parseRegistration(el`<query xmlns='jabber:iq:register'><username/></query>`)
    const {iq} = answering(refusal('conflict', 'Try bill7'))
    await assert.rejects(register(iq, form, {username: ['bill']}), {
      code: 'conflict',
      exitCode: EXIT.cannotCreate,
      text: 'Try bill7',
    })
  })

  it('finds the picture of a CAPTCHA in the attached data (XEP-0231)', () => {
    const {bits, fields} = parseRegistration(el`
      <query xmlns='jabber:iq:register'>
        <x xmlns='jabber:x:data' type='form'>
          <field var='ocr' label='Enter the text you see'>
            <media xmlns='urn:xmpp:media-element'>
              <uri type='image/jpeg'>cid:sha1+f24030b8d91d233bac14777be5ab531ca3b9f102@bob.xmpp.org</uri>
            </media>
            <required/>
          </field>
        </x>
        <data xmlns='urn:xmpp:bob' type='image/jpeg'
          cid='sha1+f24030b8d91d233bac14777be5ab531ca3b9f102@bob.xmpp.org'>aGVsbG8=</data>
      </query>`)
    assert.deepEqual(fields[0]?.media, [`cid:${bits[0]?.cid}`])
    assert.equal(bits[0]?.data.toString(), 'hello')
  })

  it('changes the password at the domain of the account', async () => {
    const {requests, iq} = answering(undefined)
    const change = {domain: 'shakespeare.lit', username: 'bill', password: 'newpass'}
    await changePassword(iq, change)
    assert.deepEqual(requests, [
      'shakespeare.lit: <query xmlns="jabber:iq:register"><username>bill</username><password>newpass</password></query>',
    ])
  })
})
