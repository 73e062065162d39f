import assert from 'node:assert/strict'
import {EXIT, Failure} from '../../../src/errors.ts'
import {
  buildCommand,
  listCommands,
  NS_COMMANDS,
  parseCommand,
  sendCommand,
} from '../../../src/protocol/core/command.ts'
import type {Element, Iq} from '../../../src/xml.ts'
import {el} from '../../support/xml.ts'

const STAGE = el`
  <command xmlns='http://jabber.org/protocol/commands' sessionid='config:20020923T213616Z-700'
           node='config' status='executing'>
    <actions execute='complete'><prev/><complete/></actions>
    <note type='warn'>Restart afterwards</note>
    <x xmlns='jabber:x:data' type='form'>
      <title>Configure Service</title>
      <field var='state' label='Run State' type='list-single'>
        <value>off</value>
        <option label='Active'><value>off</value></option>
        <option label='Inactive'><value>on</value></option>
      </field>
    </x>
  </command>`

const LIST = el`
  <command xmlns='http://jabber.org/protocol/commands' sessionid='list:20020923T213616Z-700'
           node='list' status='completed'>
    <x xmlns='jabber:x:data' type='result'>
      <title>Available Services</title>
      <reported>
        <field var='service' label='Service'/>
        <field var='runlevel-1' label='Single-User mode'/>
      </reported>
      <item>
        <field var='service'><value>httpd</value></field>
        <field var='runlevel-1'><value>off</value></field>
      </item>
      <item>
        <field var='service'><value>postgresql</value></field>
        <field var='runlevel-1'><value>on</value></field>
      </item>
    </x>
    <x xmlns='jabber:x:oob'><url>https://example.com/services</url></x>
  </command>`

const command = (attributes: string, content = ''): Element =>
  el`<command xmlns='http://jabber.org/protocol/commands' ${attributes}>${content}</command>`

/** Answers each request by the namespace of its payload. */
function answering(answers: Record<string, Element | Failure>): Iq {
  const reply = async (payload: Element): Promise<Element | undefined> => {
    const answer = answers[payload.getNS() ?? '']
    if (answer instanceof Failure) throw answer
    return answer
  }
  return {get: reply, set: reply}
}

const failed = (condition: string): Failure =>
  new Failure(condition, 'It failed', EXIT.unavailable, {condition, stage: 'request'})

const INFO = 'http://jabber.org/protocol/disco#info'
const ITEMS = 'http://jabber.org/protocol/disco#items'
const commandInfo = el`
  <query xmlns='http://jabber.org/protocol/disco#info'>
    <feature var='http://jabber.org/protocol/commands'/>
  </query>`
const otherInfo = el`<query xmlns='http://jabber.org/protocol/disco#info'/>`
const items = el`
  <query xmlns='http://jabber.org/protocol/disco#items' node='http://jabber.org/protocol/commands'>
    <item jid='responder@domain' node='list' name='List Service Configurations'/>
    <item jid='responder@domain'/>
  </query>`
const noItems = el`<query xmlns='http://jabber.org/protocol/disco#items'/>`

describe('XEP-0050: Ad-Hoc Commands', () => {
  it('requests a command, and continues its session', () => {
    assert.equal(
      String(buildCommand({node: 'list'})),
      String(el`<command xmlns="${NS_COMMANDS}" node="list" action="execute"/>`),
    )
    const {attrs} = buildCommand({node: 'config', sessionId: 'x', action: 'prev'})
    assert.deepEqual(attrs, {xmlns: NS_COMMANDS, node: 'config', sessionid: 'x', action: 'prev'})
  })

  it('reads a stage with a form, a note and its actions', () => {
    const {actions, form, notes, sessionId, status} = parseCommand(STAGE)
    assert.equal(sessionId, 'config:20020923T213616Z-700')
    assert.equal(status, 'executing')
    assert.deepEqual(actions, {allowed: ['prev', 'complete'], default: 'complete'})
    assert.deepEqual(notes, [{type: 'warn', text: 'Restart afterwards'}])
    assert.equal(form?.fields[0]?.values[0], 'off')
  })

  it('reads a table and an address', () => {
    const {form, status, urls} = parseCommand(LIST)
    assert.equal(status, 'completed')
    assert.deepEqual(form?.reported, [
      {name: 'service', label: 'Service'},
      {name: 'runlevel-1', label: 'Single-User mode'},
    ])
    assert.deepEqual(form?.items, [
      {service: ['httpd'], 'runlevel-1': ['off']},
      {service: ['postgresql'], 'runlevel-1': ['on']},
    ])
    assert.deepEqual(urls, ['https://example.com/services'])
  })

  it('reads a table without a header', () => {
    const {form} = parseCommand(
      command(
        '',
        `<x xmlns='jabber:x:data' type='result'><item><field var='a'><value>1</value></field></item>
         <item><field var='b'><value>2</value></field></item></x>`,
      ),
    )
    assert.deepEqual(
      form?.reported.map(({name}) => name),
      ['a', 'b'],
    )
  })

  it('finds the default action if the service names none, or one that is not allowed', () => {
    const defaultOf = (content: string) => parseCommand(command('', content)).actions.default
    assert.equal(defaultOf(''), 'complete')
    assert.equal(defaultOf('<actions><next/></actions>'), 'next')
    assert.equal(defaultOf('<actions><next/><complete/></actions>'), 'next')
    assert.equal(defaultOf('<actions><prev/><complete/></actions>'), 'complete')
    assert.equal(defaultOf("<actions execute='next'><complete/></actions>"), 'complete')
    assert.equal(defaultOf("<actions execute='destroy'><next/></actions>"), 'next')
  })

  it('treats a stage without a status as complete, unless it has a form', () => {
    const form = "<x xmlns='jabber:x:data' type='form'/>"
    assert.equal(parseCommand(command('')).status, 'completed')
    assert.equal(parseCommand(undefined).status, 'completed')
    assert.equal(parseCommand(command("status='odd'", form)).status, 'executing')
    assert.equal(parseCommand(command('', form)).sessionId, null)
  })

  it('lists commands, without invalid items', async () => {
    assert.deepEqual(await listCommands(answering({[ITEMS]: items, [INFO]: otherInfo}), 'a'), [
      {jid: 'responder@domain', node: 'list', name: 'List Service Configurations'},
    ])
    assert.deepEqual(
      await listCommands(answering({[ITEMS]: noItems, [INFO]: commandInfo}), 'a'),
      [],
    )
  })

  it('names the XEP where commands are not supported', async () => {
    const unsupported = {code: 'unsupported', exitCode: EXIT.unavailable}
    await assert.rejects(
      listCommands(answering({[ITEMS]: noItems, [INFO]: otherInfo}), 'a@b'),
      (error: Failure) => {
        assert.equal(error.code, 'unsupported')
        assert.match(error.message, /XEP-0050/)
        return /RESOURCE/.test(error.hint ?? '')
      },
    )
    const refusing = answering({[ITEMS]: failed('item-not-found'), [INFO]: failed('forbidden')})
    await assert.rejects(listCommands(refusing, 'a'), unsupported)
    const forbidding = answering({[ITEMS]: failed('forbidden'), [INFO]: commandInfo})
    await assert.rejects(listCommands(forbidding, 'a'), {code: 'forbidden'})
  })

  it('distinguishes a command that does not exist from a service without commands', async () => {
    const refused = failed('service-unavailable')
    const run = (info: Element) =>
      sendCommand(answering({[NS_COMMANDS]: refused, [INFO]: info}), {node: 'x'}, 'a')
    await assert.rejects(run(commandInfo), {code: 'no-command', exitCode: EXIT.noUser})
    await assert.rejects(run(otherInfo), {code: 'unsupported', exitCode: EXIT.unavailable})
    const missing = answering({[NS_COMMANDS]: failed('item-not-found')})
    await assert.rejects(sendCommand(missing, {node: 'x'}, 'a'), {code: 'no-command'})
    await assert.rejects(sendCommand(missing, {node: 'x', sessionId: 's'}, 'a'), {
      code: 'item-not-found',
    })
  })
})
