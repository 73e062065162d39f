import assert from 'node:assert/strict'
import type {MessageEvent} from '../../../src/protocol/event/event.ts'
import {parseEvent} from '../../../src/protocol/event/parse-event.ts'
import {AnswerReader} from '../../../src/services/ask/answer-reader.ts'
import {Question} from '../../../src/services/ask/question.ts'
import {type Element, xml} from '../../../src/xml.ts'

const BOB = 'bob@localhost'

describe('answers to a question', () => {
  let question: Question
  let hasOthers: boolean
  let reader: AnswerReader
  beforeEach(() => {
    question = new Question('Deploy?', ['yes', 'no'])
    hasOthers = false
    reader = new AnswerReader(question, async () => hasOthers)
  })

  const read = async (children: Element[], {id = '1', isLater = true} = {}) => {
    const stanza = xml('message', {from: `${BOB}/x`, type: 'chat', id}, ...children)
    const meaning = await reader.read(
      parseEvent(stanza, 'alice@localhost') as MessageEvent,
      BOB,
      isLater,
    )
    return meaning && 'choice' in meaning ? meaning.choice : meaning?.kind
  }
  const body = (text: string): Element => xml('body', {}, text)
  const reply = (id = question.id): Element => xml('reply', {xmlns: 'urn:xmpp:reply:0', id})
  const replace = (id: string): Element => xml('replace', {xmlns: 'urn:xmpp:message-correct:0', id})
  const react = (...emojis: string[]): Element =>
    xml(
      'reactions',
      {xmlns: 'urn:xmpp:reactions:0', id: question.id},
      ...emojis.map((emoji) => xml('reaction', {}, emoji)),
    )

  it('plain words count only after the question, and while no other is open', async () => {
    assert.equal(await read([body('yes')]), 'yes')
    assert.equal(await read([body('yes')], {isLater: false}), undefined)
    assert.equal(await read([body('maybe')]), undefined)
    hasOthers = true
    assert.equal(await read([body('yes')]), 'ambiguous')
    assert.equal(await read([body('lunch')]), undefined)
  })

  it('a reply counts while other questions are open, without the quoted text', async () => {
    hasOthers = true
    assert.equal(await read([body('no'), reply()]), 'no')
    const quoted = xml(
      'fallback',
      {xmlns: 'urn:xmpp:fallback:0', for: 'urn:xmpp:reply:0'},
      xml('body', {start: '0', end: '10'}),
    )
    assert.equal(await read([body('> Deploy?\nyes'), reply(), quoted]), 'yes')
    assert.equal(await read([body('why?'), reply()]), 'no-choice')
    assert.equal(await read([body('yes'), reply('other')]), undefined)
  })

  it('a selected action names its question', async () => {
    const select = (id: string): Element =>
      xml('action-selected', {xmlns: 'urn:xmpp:tmp:quick-response', id})
    assert.equal(await read([select(`${question.id}/1`)]), 'no')
    assert.equal(await read([select(`${question.id}/2`)]), undefined)
    assert.equal(await read([body('yes'), select('other/0')]), undefined)
  })

  it('a correction counts for a message since the question', async () => {
    assert.equal(await read([body('yes'), replace('before')]), undefined)
    assert.equal(await read([body('yess')], {id: 'typo'}), undefined)
    assert.equal(await read([body('yes'), replace('typo')], {id: '2'}), 'yes')
    assert.equal(await read([body('no'), replace('typo')], {id: '3'}), 'no')
    assert.equal(await read([body('not yet'), replace('typo')], {id: '4'}), 'withdrawal')
    assert.equal(await read([body('yes'), replace('typo')], {id: '5'}), 'yes')
  })

  it('the correction of a reply needs no reference', async () => {
    assert.equal(await read([body('yse'), reply()], {id: 'typo'}), 'no-choice')
    hasOthers = true
    assert.equal(await read([body('yes'), replace('typo')], {id: '2'}), 'yes')
  })

  it('a retraction withdraws the answer, and no later one', async () => {
    const retract = (id: string): Element =>
      xml('retract', {xmlns: 'urn:xmpp:message-retract:1', id})
    assert.equal(await read([body('yes')], {id: 'a'}), 'yes')
    assert.equal(await read([body('no')], {id: 'b'}), 'no')
    assert.equal(await read([retract('a')]), undefined)
    assert.equal(await read([retract('b')]), 'withdrawal')
  })

  it('removed reactions withdraw only an answer by reaction', async () => {
    assert.equal(await read([react('👍')]), 'yes')
    assert.equal(await read([react()]), 'withdrawal')
    assert.equal(await read([body('yes')]), 'yes')
    assert.equal(await read([react()]), undefined)
  })

  it('an encrypted message cannot be read', async () => {
    const encrypted = xml('encryption', {
      xmlns: 'urn:xmpp:eme:0',
      namespace: 'eu.siacs.conversations.axolotl',
    })
    assert.equal(await read([body('I sent you an OMEMO message'), encrypted]), 'encrypted')
  })
})
