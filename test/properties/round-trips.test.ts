/** The parser of an element returns the values that it was built from. */
import assert from 'node:assert/strict'
import {PassThrough} from 'node:stream'
import fc from 'fast-check'
import {parseJid} from '../../src/jid.ts'
import {buildSubmit, parseAnswers, parseDataForm} from '../../src/protocol/core/data-form.ts'
import {buildPublish, parseItems} from '../../src/protocol/core/pubsub.ts'
import {parseEvent} from '../../src/protocol/event/parse-event.ts'
import {buildReplace, parseReplace} from '../../src/protocol/message/correction.ts'
import {buildDisplayed, parseMarker} from '../../src/protocol/message/marker.ts'
import {buildMessage} from '../../src/protocol/message/message.ts'
import {buildOob, parseOob} from '../../src/protocol/message/oob.ts'
import {buildReactions, parseReactions} from '../../src/protocol/message/reaction.ts'
import {buildReceipt, parseReceipt} from '../../src/protocol/message/receipt.ts'
import {buildReply, parseReply} from '../../src/protocol/message/reply.ts'
import {buildRetract, parseRetract} from '../../src/protocol/message/retraction.ts'
import {buildOriginId, parseOriginId} from '../../src/protocol/message/stanza-id.ts'
import {buildPresence, parsePresence, SHOWS} from '../../src/protocol/presence/presence.ts'
import {parsePortable, toJson, toXep0227} from '../../src/protocol/roster/import-export.ts'
import {buildContact, type Contact, parseContact} from '../../src/protocol/roster/roster.ts'
import {fromDataUri, toDataUri} from '../../src/protocol/vcard/image.ts'
import {readLineGroups} from '../../src/services/send/batch/read-lines.ts'
import {type Element, Parser, serialize, xml} from '../../src/xml.ts'
import {anyElement, anyText, textOf} from '../support/arbitrary.ts'
import {readElement} from '../support/xml.ts'

const filled = anyText().filter((text) => text.trim() === text && text !== '')
const inMessage = (child: Element): Element => sent(xml('message', {xmlns: 'jabber:client'}, child))
const sent = (element: Element): Element => readElement(serialize(element))
/** Records with an ordinary prototype, so that they can be compared. */
const plain = <T>(values: {[K in keyof T]: fc.Arbitrary<T[K]>}): fc.Arbitrary<T> =>
  fc.record<T>(values, {noNullPrototype: true})
const check = <T>(values: fc.Arbitrary<T>, holds: (value: T) => unknown) =>
  fc.assert(fc.property(values, (value) => void holds(value)))

/** Builders and parsers of elements with one id. */
const IDS: [string, (id: string) => Element, (message: Element) => unknown][] = [
  ['a correction', buildReplace, parseReplace],
  ['a receipt', buildReceipt, parseReceipt],
  ['a retraction', buildRetract, parseRetract],
  ['an origin id', buildOriginId, parseOriginId],
  ['a marker', buildDisplayed, (message) => parseMarker(message)?.id],
]

describe('a built element', () => {
  for (const [name, build, parse] of IDS)
    it(`is parsed as ${name}`, () => {
      check(filled, (id) => assert.equal(parse(inMessage(build(id))), id))
    })

  it('is parsed as a reply', () => {
    check(plain({id: filled, to: filled}), (reply) =>
      assert.deepEqual(parseReply(inMessage(buildReply(reply))), reply),
    )
  })

  it('is parsed as a set of reactions', () => {
    const reactions = plain({id: filled, emojis: fc.uniqueArray(filled)})
    check(reactions, (value) =>
      assert.deepEqual(parseReactions(inMessage(buildReactions(value))), value),
    )
  })

  it('is parsed as a link', () => {
    check(plain({url: filled, description: filled}), (link) =>
      assert.deepEqual(parseOob(inMessage(buildOob(link))), link),
    )
  })

  it('is parsed as a presence', () => {
    const presences = plain({
      show: fc.constantFrom(...SHOWS),
      status: filled,
      statuses: fc.dictionary(fc.constantFrom('de', 'pt-BR'), anyText(), {noNullPrototype: true}),
      priority: fc.integer({min: -128, max: 127}),
    })
    check(presences, (presence) => {
      const {show, status, statuses, priority} = parsePresence(sent(buildPresence(presence)))
      const expected = presence.show === 'offline' ? {...presence, priority: 0} : presence
      assert.deepEqual({show, status, statuses, priority}, expected)
    })
  })

  it('is parsed as an item of a node', () => {
    check(filled, (id) => {
      const pubsub = buildPublish('node', {id, payload: xml('a', {xmlns: 'b'})})
      const items = xml(
        'pubsub',
        pubsub.attrs,
        xml('items', {}, ...(pubsub.getChild('publish')?.getChildElements() ?? [])),
      )
      assert.deepEqual(
        parseItems(items).map((item) => [item.id, String(item.payload)]),
        [[id, '<a xmlns="b"/>']],
      )
    })
  })

  it('is parsed as an answer to a form', () => {
    const answers = fc.dictionary(filled, fc.array(anyText(), {minLength: 1}), {
      noNullPrototype: true,
    })
    check(answers, (given) => {
      const fields = Object.keys(given).map((name) => ({
        ...{name, type: 'list-multi', label: name, description: null, required: false},
        ...{values: [], options: [], media: [], open: false, validation: null},
      }))
      const form = buildSubmit({title: null, instructions: [], fields, notes: []}, given)
      const read = parseDataForm(sent(form)).fields.map(({name, values}) => [name, values])
      assert.deepEqual(read, Object.entries(given))
    })
  })

  it('is the answer that NAME=VALUE gave', () => {
    const names = fc.constantFrom('username', 'constructor', '__proto__')
    check(fc.tuple(names, anyText()), ([name, value]) => {
      const field = {name, type: 'list-multi', label: name, description: null, required: true}
      const fields = [{...field, values: [], options: [], media: [], open: false, validation: null}]
      assert.deepEqual(Object.entries(parseAnswers([`${name}=${value}`], fields)), [
        [name, [value]],
      ])
    })
  })

  it('is parsed as a message', () => {
    const text = anyText().filter((value) => value !== '')
    const messages = plain({
      ...{body: text, id: filled, lang: fc.constantFrom('de', 'pt-BR'), oob: filled},
      ...{replace: filled, reply: plain({id: filled, to: filled}), subject: text, thread: text},
    })
    check(messages, (message) => {
      const event = parseEvent(sent(buildMessage({...message, to: 'a@b', type: 'chat'})), 'a@b')
      assert.ok(event?.event === 'message')
      const {body, id, lang, oob, originId, replace, reply, subject, thread} = event
      const read = {body, id, lang, oob: oob?.url, replace, reply, subject, thread}
      assert.deepEqual({...read, originId}, {...message, originId: message.id})
    })
  })
})

describe('a roster', () => {
  const contacts = fc.uniqueArray(
    plain<Contact>({
      jid: fc.constantFrom('a@example.com', 'b@example.com', 'example.org', 'ß@example.net'),
      name: filled,
      groups: fc.uniqueArray(filled, {minLength: 1}).map((groups) => groups.sort()),
      subscription: fc.constantFrom('none', 'to', 'from', 'both'),
      pending: fc.boolean(),
      approved: fc.boolean(),
    }),
    {selector: ({jid}) => jid},
  )

  it('is unchanged after export and import, as JSON and as XML', () => {
    check(contacts, (list) => {
      const roster = {contacts: list, version: null}
      assert.deepEqual(parsePortable(toJson(roster)), list)
      assert.deepEqual(parsePortable(toXep0227(roster, 'juliet@example.com')), list)
    })
  })

  it('has the values of a built contact', () => {
    check(contacts, (list) => {
      for (const {groups, jid, name} of list) {
        const [item] = sent(buildContact({groups, jid, name})).getChildren('item')
        const read = parseContact(item ?? xml('item'))
        assert.deepEqual([read.jid, read.name, read.groups], [jid, name, groups])
      }
    })
  })
})

describe('a text that is parsed again', () => {
  it('is the same address', () => {
    const pieces = [
      'Juliet',
      '@',
      'Example.COM',
      '/',
      'ß',
      'ﬁ',
      'İ',
      'Å',
      'Ω',
      '\u{3000}',
      'xn--',
      '[::1]',
      'xmpp:',
    ]
    check(textOf(...pieces), (text) => {
      let jid: string
      try {
        jid = parseJid(text).full
      } catch {
        return // not an address
      }
      assert.equal(parseJid(jid).full, jid)
    })
  })

  it('is the same picture', () => {
    check(fc.uint8Array({minLength: 1}), (bytes) => {
      const picture = {type: 'image/png', data: Buffer.from(bytes)}
      assert.deepEqual(fromDataUri(toDataUri(picture)), picture)
    })
  })

  it('is the same XML, also in pieces', () => {
    const elements = anyElement('protocol/core/data-form.ts', 'x', 'jabber:x:data')
    check(fc.tuple(elements, fc.array(fc.nat())), ([element, cuts]) => {
      const parser = new Parser({stream: true})
      const read: string[] = []
      parser.on('element', (child) => read.push(String(child)))
      parser.on('error', (error) => read.push(error.message))
      for (const piece of cut(`<stream>${serialize(element)}`, cuts)) parser.write(piece)
      assert.deepEqual(read, [String(element)])
    })
  })

  it('is the same lines, in any pieces', async () => {
    const lines = fc.array(anyText().map((text) => text.replaceAll('\n', '')))
    await fc.assert(
      fc.asyncProperty(lines, fc.array(fc.nat()), async (texts, cuts) => {
        const input = new PassThrough()
        for (const piece of cut(texts.join('\n'), cuts)) input.write(piece)
        input.end()
        const read: string[] = []
        for await (const group of readLineGroups(input, new AbortController().signal))
          for (const {number, text} of group) read[number - 1] = text
        const kept = texts.map((text, index) => (index === 0 ? text.replace(/^\ufeff/, '') : text))
        assert.deepEqual(
          texts.map((_, index) => read[index] ?? ''),
          kept.map((text) => (text.trim() === '' ? '' : text)),
        )
      }),
    )
  })
})

/** Cuts the text at positions from arbitrary numbers. */
function cut(text: string, numbers: number[]): string[] {
  const places = numbers.map((number) => number % (text.length + 1)).sort((a, b) => a - b)
  return [0, ...places].map((place, index) => text.slice(place, places[index] ?? text.length))
}
