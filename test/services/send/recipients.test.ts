import assert from 'node:assert/strict'
import type {Failure} from '../../../src/errors.ts'
import {
  needsAddressBook,
  parseRecipients,
  textSource,
} from '../../../src/services/send/recipients.ts'

const A = 'a@example.com'
const B = 'b@example.com'
const book = {defaults: [A], aliases: new Map([['ops', [A, B]]])}
const parse = (...argv: string[]) => parseRecipients(argv, 'last-argument', book)

describe('the arguments of send', () => {
  it('end with the text', () => {
    assert.deepEqual(parse(A, B, 'hello'), {recipients: [A, B], text: 'hello'})
    assert.deepEqual(parse(A), {recipients: [A], text: '-'})
  })

  it('need no recipient if one is configured', () => {
    assert.deepEqual(parse(), {recipients: [A], text: '-'})
    assert.deepEqual(parse('The build is red'), {recipients: [A], text: 'The build is red'})
    assert.throws(() => parseRecipients([], 'last-argument'), {code: 'missing-recipient'})
  })

  it('may name an alias', () => {
    assert.deepEqual(parse('ops', 'hello'), {recipients: [A, B], text: 'hello'})
    assert.deepEqual(parse('ops'), {recipients: [A, B], text: '-'})
  })

  it('are looked up in the address book only if they are not addresses', () => {
    const isNeeded = (...argv: string[]): boolean => needsAddressBook(argv, 'last-argument')
    assert.deepEqual(
      [isNeeded(A), isNeeded(A, 'hello'), isNeeded(A, B, 'ops')],
      [false, false, false],
    )
    assert.deepEqual([isNeeded(), isNeeded('hello'), isNeeded('ops', 'hello')], [true, true, true])
    assert.equal(needsAddressBook([A, 'ops'], textSource({message: 'hello'})), true)
  })

  it('are not the words of a text', () => {
    assert.throws(
      () => parse(A, 'the', 'build', 'is', 'green'),
      ({exitCode, hint, message}: Failure) => {
        assert.equal(exitCode, 2)
        assert.equal(message, '"the" is not an address')
        assert.match(String(hint), /Quote the text, or use -m TEXT/)
        return true
      },
    )
    assert.deepEqual(parse(A, 'localhost', 'xmpp:server', 'x').recipients.length, 3)
    assert.deepEqual(parse('bob@server', 'server', 'x').recipients, ['bob@server', 'server'])
  })

  it('are all recipients if the text is in a flag', () => {
    const source = textSource({message: 'hello'})
    assert.deepEqual(parseRecipients([A, B], source, book), {recipients: [A, B], text: undefined})
    assert.deepEqual(parseRecipients([], source, book).recipients, [A])
    assert.throws(() => parseRecipients([A, 'hello'], source, book), {exitCode: 2})
  })
})
