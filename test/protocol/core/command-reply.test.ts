import assert from 'node:assert/strict'
import {buildForm, buildResult, parseSubmit} from '../../../src/protocol/core/build-form.ts'
import {NS_COMMANDS, parseCommand} from '../../../src/protocol/core/command.ts'
import {
  buildCommandError,
  buildStage,
  parseCommandRequest,
} from '../../../src/protocol/core/command-reply.ts'
import {buildSubmit, parseDataForm} from '../../../src/protocol/core/data-form.ts'
import {el} from '../../support/xml.ts'

const FORM = parseDataForm(el`
  <x xmlns='jabber:x:data' type='form'>
    <title>Configure Service</title>
    <instructions>Please select the service to configure.</instructions>
    <field var='service' label='Service' type='list-single'>
      <desc>One of them</desc><required/>
      <option label='Web'><value>httpd</value></option>
      <option label='jabberd'><value>jabberd</value></option>
    </field>
    <field var='port' type='text-single' label='Port'>
      <validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:int'>
        <range min='1' max='65535'/>
      </validate>
      <value>5222</value>
    </field>
  </x>`)

describe('XEP-0050: Ad-Hoc Commands, as the responder', () => {
  it('reads the requests of the specification', () => {
    const first = el`
      <iq xmlns='jabber:client' type='set' to='responder@domain' id='exec1'>
        <command xmlns='http://jabber.org/protocol/commands' node='list' action='execute'/>
      </iq>`
    assert.deepEqual(parseCommandRequest(first), {
      ...{node: 'list', sessionId: null, action: 'execute', form: undefined},
    })
    const second = el`
      <iq xmlns='jabber:client' type='set' to='responder@domain' id='exec2'>
        <command xmlns='http://jabber.org/protocol/commands' node='config'
                 sessionid='config:20020923T213616Z-700'>
          <x xmlns='jabber:x:data' type='submit'>
            <field var='service'><value>httpd</value></field>
          </x>
        </command>
      </iq>`
    const {form, sessionId} = parseCommandRequest(second)
    assert.equal(sessionId, 'config:20020923T213616Z-700')
    assert.ok(form)
    assert.deepEqual(parseSubmit(form), {service: ['httpd']})
  })

  it('sends a form that a client parses unchanged, and reads the answers', () => {
    const stage = buildStage({
      node: 'x',
      sessionId: 's',
      status: 'executing',
      form: buildForm(FORM),
    })
    const read = parseCommand(stage)
    assert.deepEqual(read.actions, {allowed: ['complete'], default: 'complete'})
    assert.deepEqual(read.form?.fields, FORM.fields)
    assert.equal(read.form?.title, 'Configure Service')
    assert.deepEqual(parseSubmit(buildSubmit(FORM, {service: ['httpd']})), {
      ...{service: ['httpd'], port: ['5222']},
    })
  })

  it('sends notes and results', () => {
    const notes = [{type: 'info' as const, text: "Service 'httpd' has been configured."}]
    const form = buildResult({free: ['1'], disks: ['a', 'b'], none: []})
    const read = parseCommand(
      buildStage({node: 'x', sessionId: 's', status: 'completed', notes, form}),
    )
    assert.deepEqual(read.notes, notes)
    assert.equal(read.status, 'completed')
    assert.deepEqual(
      read.form?.fields.map(({name, values}) => [name, values]),
      [
        ['free', ['1']],
        ['disks', ['a', 'b']],
        ['none', []],
      ],
    )
  })

  it('refuses with the conditions of the specification', () => {
    const error = buildCommandError('session-expired')
    assert.deepEqual([error.name, error.attrs], ['error', {type: 'cancel'}])
    assert.ok(error.getChild('not-allowed', 'urn:ietf:params:xml:ns:xmpp-stanzas'))
    assert.ok(error.getChild('session-expired', NS_COMMANDS))
  })
})
