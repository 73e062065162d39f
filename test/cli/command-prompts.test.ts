/** `xmpp command run` on a terminal, with a service of two forms. */
import assert from 'node:assert/strict'
import {readRequest, signInClient} from '../support/admit.ts'
import type {Peer} from '../support/scripted-server.ts'
import {newScriptedSession} from '../support/scripted-session.ts'
import {atTerminal} from './terminal.ts'

const stage = (attributes: string, content: string): string =>
  `<command xmlns='http://jabber.org/protocol/commands' node='config' sessionid='s' ${attributes}>
    ${content}</command>`

const FIRST = stage(
  "status='executing'",
  `<actions execute='next'><next/></actions>
  <x xmlns='jabber:x:data' type='form'><title>Configure Service</title>
    <field var='service' type='list-single' label='Service'>
      <option><value>httpd</value></option><option><value>jabberd</value></option><required/></field>
    <field var='admins' type='text-multi' label='Admins'><value>alice</value></field>
    <field var='town' type='list-single' label='Town'>
      <validate xmlns='http://jabber.org/protocol/xdata-validate'><open/></validate>
      <option><value>Verona</value></option></field>
    <field var='note' label='Note'/></x>`,
)
const SECOND = stage(
  "status='executing'",
  `<actions execute='complete'><prev/><complete/></actions>
  <x xmlns='jabber:x:data' type='form'>
    <field var='on' type='boolean' label='Start it'/></x>`,
)

const reply = async (peer: Peer, content: string): Promise<void> =>
  peer.write(`<iq type='result' id='${await readRequest(peer)}'>${content}</iq>`)

describe('an ad-hoc command on a terminal', function () {
  this.timeout(60_000)
  const {env, startServer} = newScriptedSession()

  it('asks for every field, and for the action where there is a choice', async () => {
    const at = await startServer(async (peer) => {
      await signInClient(peer)
      await reply(peer, FIRST)
      await reply(peer, SECOND)
      await reply(peer, stage("status='completed'", '<note>Configured</note>'))
    })
    await atTerminal('xmpp command run config', env(at), async ({answer, press, see}) => {
      assert.match(await see(/Service/), /Configure Service/)
      await press(/❯ httpd/, 'Down')
      await press(/❯ jabberd/, 'Enter')
      await answer(/Admins \(optional\) \(an empty line keeps alice\)/, '')
      await answer(/Town \(optional; Verona, or another value\)/, 'Mantua')
      await answer(/Note \(optional\)/, '')
      await answer(/Start it/, 'y')
      await press(/❯ finish/, 'Enter')
      assert.match(await see(/exit 0/), /Configured/)
    })
    const [text = ''] = await at.received()
    assert.match(text, /<field var="service"><value>jabberd<\/value>/)
    assert.match(text, /<field var="admins"><value>alice<\/value>/)
    assert.match(text, /<field var="town"><value>Mantua<\/value>/)
    assert.match(text, /action="complete"><x [^>]*><field var="on"><value>1<\/value>/)
  })

  it('asks before it goes on from a stage without a field', async () => {
    const warning = stage("status='executing'", "<note type='warn'>This deletes all files</note>")
    const at = await startServer(async (peer) => {
      await signInClient(peer)
      await reply(peer, warning)
      await reply(peer, stage("status='canceled'", ''))
    })
    await atTerminal('xmpp command run config', env(at), async ({press, see}) => {
      assert.match(await see(/❯ finish/), /This deletes all files/)
      await press(/❯ finish/, 'Down')
      await press(/❯ cancel/, 'Enter')
      await see(/exit 0/)
    })
  })

  it('asks nothing if the flags give every value', async () => {
    const at = await startServer(async (peer) => {
      await signInClient(peer)
      await reply(peer, SECOND)
      await reply(peer, stage("status='completed'", '<note>Configured</note>'))
    })
    await atTerminal('xmpp command run config --field on=yes', env(at), async ({see}) => {
      assert.match(await see(/exit 0/), /^Configured$/m)
    })
  })

  it('cancels the command on request, and after Ctrl-C', async () => {
    const script = async (peer: Peer): Promise<void> => {
      await signInClient(peer)
      await reply(peer, SECOND)
      await reply(peer, stage("status='canceled'", ''))
    }
    const chosen = await startServer(script)
    await atTerminal('xmpp command run config', env(chosen), async ({answer, press, see}) => {
      await answer(/Start it/, 'n')
      await press(/❯ finish/, 'Down')
      await press(/❯ cancel/, 'Enter')
      assert.match(await see(/exit 0/), /Canceled/)
    })
    const interrupted = await startServer(script)
    await atTerminal('xmpp command run config', env(interrupted), async ({press, see}) => {
      await press(/Start it/, 'C-c')
      await see(/exit 130/)
    })
    for (const at of [chosen, interrupted])
      assert.match((await at.received()).join(''), /sessionid="s" action="cancel"/)
  })
})
