import assert from 'node:assert/strict'
import {EXIT} from '../../../src/errors.ts'
import {
  buildSubmit,
  checkAnswer,
  missingFields,
  parseAnswers,
  parseDataForm,
} from '../../../src/protocol/core/data-form.ts'
import {el} from '../../support/xml.ts'

const FORM = parseDataForm(el`
  <x xmlns='jabber:x:data' type='form'>
    <title>Bot Configuration</title>
    <instructions>Fill out this form to configure your new bot!</instructions>
    <field type='hidden' var='FORM_TYPE'><value>jabber:bot</value></field>
    <field type='fixed'><value>Section 1: Bot Info</value></field>
    <field type='text-single' label='The name of your bot' var='botname'><required/></field>
    <field type='boolean' label='Public bot?' var='public'><required/></field>
    <field type='text-private' label='Password for special access' var='password'/>
    <field type='list-multi' label='What features will the bot support?' var='features'>
      <option label='Contests'><value>contests</value></option>
      <option label='News'><value>news</value></option>
      <value>news</value>
    </field>
    <field label='no type and no name'/>
    <field var='maxsubs'><desc>How many may subscribe</desc><value>20</value></field>
  </x>`)

describe('XEP-0004: Data Forms', () => {
  it('reads fields, their types and their suggestions', () => {
    assert.equal(FORM.title, 'Bot Configuration')
    assert.deepEqual(FORM.instructions, ['Fill out this form to configure your new bot!'])
    assert.deepEqual(FORM.notes, ['Section 1: Bot Info'])
    assert.deepEqual(
      FORM.fields.map(({name, type, values}) => [name, type, values]),
      [
        ['FORM_TYPE', 'hidden', ['jabber:bot']],
        ['botname', 'text-single', []],
        ['public', 'boolean', []],
        ['password', 'text-private', []],
        ['features', 'list-multi', ['news']],
        ['maxsubs', 'text-single', ['20']],
      ],
    )
    assert.equal(FORM.fields.at(-1)?.description, 'How many may subscribe')
  })

  it('submits the answers, and the suggested value of a field without an answer', () => {
    const answers = parseAnswers(
      ['botname=The Jabber Bot', 'public=no', 'features=contests', 'features=News'],
      FORM.fields,
    )
    assert.equal(
      String(buildSubmit(FORM, answers)),
      String(el`
        <x xmlns="jabber:x:data" type="submit">
          <field var="FORM_TYPE" type="hidden"><value>jabber:bot</value></field>
          <field var="botname"><value>The Jabber Bot</value></field>
          <field var="public"><value>0</value></field>
          <field var="features"><value>contests</value><value>news</value></field>
          <field var="maxsubs"><value>20</value></field>
        </x>`),
    )
  })

  it('lists the required fields without a value', () => {
    const names = missingFields(FORM.fields, {public: ['1']}).map(({name}) => name)
    assert.deepEqual(names, ['botname'])
    assert.equal(missingFields(FORM.fields, {botname: [''], public: ['1']}).length, 1)
  })

  it('accepts "constructor" as the name of a field', () => {
    const form = parseDataForm(
      el`<x xmlns='jabber:x:data' type='form'><field var='constructor'><required/></field></x>`,
    )
    assert.equal(missingFields(form.fields, {}).length, 1)
    assert.equal(String(buildSubmit(form, {})), '<x xmlns="jabber:x:data" type="submit"/>')
    assert.deepEqual(parseAnswers(['constructor=a'], form.fields), {constructor: ['a']})
  })

  it('refuses an answer for an unknown or a hidden field (2)', () => {
    for (const pair of ['nonsense=1', 'FORM_TYPE=mine', 'botname'])
      assert.throws(() => parseAnswers([pair], FORM.fields), {exitCode: EXIT.usage})
  })

  it('splits NAME=VALUE at the first =', () => {
    assert.deepEqual(parseAnswers(['botname=a=b'], FORM.fields), {botname: ['a=b']})
  })

  it('refuses an answer that is not an option (2)', () => {
    const field = (name: string) => FORM.fields.find((field) => field.name === name)
    const [features, open] = [field('features'), field('public')]
    assert.ok(features && open)
    assert.throws(() => checkAnswer(features, 'polls'), {code: 'bad-answer', exitCode: EXIT.usage})
    assert.throws(() => checkAnswer(open, 'maybe'), {code: 'bad-answer'})
    assert.equal(checkAnswer(open, 'Yes'), '1')
  })

  const TYPED_FORM = parseDataForm(el`
    <x xmlns='jabber:x:data' type='form'>
      <field type='text-multi' var='about'><value>One</value><value>Two</value></field>
      <field type='jid-single' var='contact'/>
      <field type='jid-multi' var='friends'/>
      <field type='list-single' var='town'>
        <validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:string'><open/></validate>
        <option label='Verona'><value>v</value></option>
      </field>
      <field type='list-multi' var='houses'>
        <validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:string'><basic/></validate>
        <option><value>m</value></option>
      </field>
    </x>`)
  const submitted = (...pairs: string[]): string =>
    String(buildSubmit(TYPED_FORM, parseAnswers(pairs, TYPED_FORM.fields)))

  it('submits one value for each line of a text', () => {
    const lines = (...values: string[]): string =>
      `<field var="about">${values.map((value) => (value ? `<value>${value}</value>` : '<value/>')).join('')}</field>`
    assert.ok(submitted().includes(lines('One', 'Two')))
    assert.ok(submitted('about=a\nb\r\n\nc').includes(lines('a', 'b', '', 'c')))
    assert.ok(submitted('about=a', 'about=b\nc').includes(lines('a', 'b', 'c')))
  })

  it('refuses an answer that is not a JID (65)', () => {
    assert.match(submitted('contact=Nurse@Example.com'), /<value>nurse@example.com</)
    for (const pair of ['contact=no body@example.com', 'friends=@'])
      assert.throws(() => submitted('friends=a@example.com', pair), {exitCode: EXIT.data})
  })

  it('accepts other values only for an open list (XEP-0122)', () => {
    assert.match(submitted('town=Verona'), /<field var="town"><value>v</)
    assert.match(submitted('town=Mantua'), /<field var="town"><value>Mantua</)
    assert.throws(() => submitted('houses=c'), {code: 'bad-answer'})
  })

  it('reads an empty form', () => {
    const form = parseDataForm(el`<x xmlns='jabber:x:data' type='form'/>`)
    assert.deepEqual(form, {title: null, instructions: [], fields: [], notes: []})
  })
})
