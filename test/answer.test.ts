import assert from 'node:assert/strict'
import {answers} from '../src/answer.ts'
import {type Element, xml} from '../src/xml.ts'

const OWN = {bare: 'alice@example.com', domain: 'example.com', full: 'alice@example.com/desk'}

type Attributes = Record<string, string | undefined>
const stanza = (name: string, attributes: Attributes): Element => xml(name, {...attributes})

describe('an answer', () => {
  const sent = {
    question: stanza('iq', {type: 'get', id: 'q', to: 'fuß@straße.example/Desk'}),
    'question to the account': stanza('iq', {type: 'get', id: 'q'}),
    message: stanza('message', {id: 'q', to: 'Bob@example.net'}),
  }
  type Sent = keyof typeof sent
  const check = (expected: boolean, name: Sent, attributes: Attributes): void => {
    const arrived = stanza(sent[name].name, {id: 'q', ...attributes})
    assert.equal(answers(arrived, sent[name], OWN), expected, String(arrived))
  }

  const own: [Sent, Attributes][] = [
    ['question', {type: 'result', from: 'fuß@straße.example/Desk'}],
    ['question', {type: 'result', from: 'fuss@strasse.example/Desk'}],
    ['question', {type: 'error', from: 'FUSS@Strasse.example/Desk'}],
    ['question', {type: 'error', from: 'strasse.example'}],
    ['question', {type: 'error', from: 'fuss@strasse.example/Desk', id: undefined}],
    ['question', {type: 'error', id: undefined}],
    ['question to the account', {type: 'result'}],
    ['question to the account', {type: 'result', from: 'Alice@example.com'}],
    ['question to the account', {type: 'result', from: 'alice@example.com/desk'}],
    ['question to the account', {type: 'result', from: 'example.com'}],
    ['message', {type: 'error', from: 'bob@example.net'}],
    ['message', {type: 'error', from: 'example.net'}],
    ['message', {type: 'error', from: 'EXAMPLE.COM'}],
    ['message', {type: 'error'}],
  ]
  for (const [name, attributes] of own)
    it(`to a ${name} is ${JSON.stringify(attributes)}`, () => check(true, name, attributes))

  const forged: [Sent, Attributes][] = [
    ['question', {type: 'result', from: 'fuß@straße.example'}],
    ['question', {type: 'result', from: 'strasse.example'}],
    ['question', {type: 'result', from: 'fuss@strasse.example/desk'}],
    ['question', {type: 'error', from: 'mallory@strasse.example/Desk'}],
    ['question', {type: 'result', from: ''}],
    ['question', {type: 'result', id: undefined}],
    ['question', {type: 'result', id: 'guess', from: 'fuss@strasse.example/Desk'}],
    ['question', {type: 'set', from: 'fuss@strasse.example/Desk'}],
    ['question to the account', {type: 'result', from: 'mallory@example.com'}],
    ['question to the account', {type: 'result', from: 'alice@example.com/other'}],
    ['message', {type: 'error', from: 'mallory@example.net', id: undefined}],
    ['message', {type: 'error', from: 'mallory@example.net'}],
    ['message', {type: 'error', id: 'guess', from: 'bob@example.net'}],
    ['message', {type: 'chat', from: 'bob@example.net'}],
  ]
  for (const [name, attributes] of forged)
    it(`to a ${name} is not ${JSON.stringify(attributes)}`, () => check(false, name, attributes))

  it('has the same name as the sent stanza', () =>
    assert.ok(!answers(stanza('presence', {type: 'error', id: 'q'}), sent.message, OWN)))
})
