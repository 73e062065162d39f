import assert from 'node:assert/strict'
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {startRegistrar} from './registrar.ts'
import {atTerminal} from './terminal.ts'

const PICTURE = 'sha1+8f35fef110ffc5df08d579a50083ff9308fb6242@bob.xmpp.org'
const FORM = `
  <x xmlns='jabber:x:data' type='form'>
    <instructions>Welcome to Verona\u{1b}[31m!</instructions>
    <field type='hidden' var='sid'><value>hidden-id</value></field>
    <field type='text-single' var='username'><required/></field>
    <field type='text-private' var='password'><required/></field>
    <field type='list-single' var='house' label='Your house'>
      <option label='Capulet'><value>c</value></option>
      <option label='Montague'><value>m</value></option>
      <required/></field>
    <field type='boolean' var='feud' label='Are you in a feud'><required/></field>
    <field type='text-single' var='ocr' label='Enter the text you see'>
      <media xmlns='urn:xmpp:media-element'><uri type='image/png'>cid:${PICTURE}</uri></media>
      <required/></field>
  </x>
  <data xmlns='urn:xmpp:bob' type='image/png' cid='${PICTURE}'>cGljdHVyZQ==</data>`.replace(
  '\u{1b}',
  '\u{202e}',
) // a server cannot send ESC, but it can send a character that reverses a line

const LINES_FORM = `<x xmlns='jabber:x:data' type='form'>
  <field var='username'/><field var='password' type='text-private'/>
  <field var='why' label='Why' type='text-multi'><required/></field>
  <field var='ocr' label='Letters'>
    <media xmlns='urn:xmpp:media-element'><uri type='image/png'>cid:${PICTURE}</uri></media>
    <required/></field></x>
  <data xmlns='urn:xmpp:bob' type='image/desktop' cid='${PICTURE}'>cGljdHVyZQ==</data>`

describe('a form at a terminal', function () {
  this.timeout(90_000)

  it('xmpp register asks for each field of the form, and saves its picture', async () => {
    const registrar = await startRegistrar(FORM)
    try {
      await atTerminal(
        'xmpp register romeo@localhost',
        registrar.env,
        async ({answer, press, see}) => {
          await answer(/New password for romeo@localhost:/, 'first')
          await answer(/Once more:/, 'second')
          await see(/The two passwords differ/)
          await answer(/differ[\s\S]*New password for romeo@localhost:/, 'rosaline')
          await answer(/differ[\s\S]*Once more:/, 'rosaline')
          assert.match(await see(/Your house/), /Welcome to Verona\\u\{202e\}\[31m!/)
          await press(/Capulet/, 'Down')
          await press(/❯ Montague/, 'Enter')
          await answer(/Are you in a feud/, 'y')
          const screen = await see(/Enter the text you see/)
          const [, picture = ''] = /Look at (\S+picture-1\.png)/.exec(screen) ?? []
          assert.equal(readFileSync(picture, 'utf8'), 'picture')
          await answer(/Enter the text you see/, 'w8th3r')
          assert.match(await see(/exit 0/), /Created romeo@localhost/)
          assert.equal(existsSync(picture), false)
        },
      )
      const [answer = ''] = registrar.answers
      for (const [name, value] of Object.entries({
        sid: 'hidden-id',
        username: 'romeo',
        password: 'rosaline',
        house: 'm',
        feud: '1',
        ocr: 'w8th3r',
      }))
        assert.match(answer, new RegExp(`var="${name}"[^>]*><value>${value}</value>`))
    } finally {
      await registrar.close()
    }
  })

  it('xmpp register accepts several lines, and requires an answer for a required field', async () => {
    const registrar = await startRegistrar(LINES_FORM)
    try {
      const command = 'xmpp register romeo@localhost --generate-password'
      await atTerminal(command, registrar.env, async ({answer, press, see}) => {
        await press(/Why/, 'Enter')
        await answer(/It must not be empty/, 'first')
        await answer(/…/, 'second')
        await press(/second\s+\S+ … *$/m, 'Enter')
        assert.match(await see(/Letters/), /Look at \S+picture-1\.bin/) // not .desktop
        await press(/Letters/, 'Enter')
        await answer(/It must not be empty/, 'abc')
        await see(/exit 0/)
      })
      const [answer = ''] = registrar.answers
      assert.match(answer, /var="why"><value>first<\/value><value>second<\/value>/)
      assert.match(answer, /var="ocr"><value>abc<\/value>/)
    } finally {
      await registrar.close()
    }
  })

  it('an address is checked, and an open list accepts other values', async () => {
    const registrar = await startRegistrar(`<x xmlns='jabber:x:data' type='form'>
      <field var='username'/><field var='password' type='text-private'/>
      <field var='contact' label='Contact' type='jid-single'><required/></field>
      <field var='town' label='Town' type='list-single'>
        <validate xmlns='http://jabber.org/protocol/xdata-validate'><open/></validate>
        <option label='Verona'><value>v</value></option><required/></field>
      <field var='age\u{202e}' label='Age'>
        <validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:integer'/>
        <required/></field></x>`)
    try {
      const command = 'xmpp register romeo@localhost --generate-password'
      await atTerminal(command, registrar.env, async ({answer, press, see}) => {
        await answer(/Contact/, 'no body')
        await press(/is not a JID/, 'C-u')
        await answer(/Contact *$/m, 'Nurse@Example.com')
        await answer(/Town \(Verona, or another value\)/, 'Mantua')
        await answer(/Age/, 'young')
        await press(/The field age\\u\{202e\} cannot have this value/, 'C-u')
        await answer(/Age *$/m, '13')
        await see(/exit 0/)
      })
      const [answer = ''] = registrar.answers
      assert.match(answer, /var="contact"><value>nurse@example.com</)
      assert.match(answer, /var="town"><value>Mantua</)
    } finally {
      await registrar.close()
    }
  })

  it('each pasted line answers one prompt', async () => {
    const registrar = await startRegistrar(LINES_FORM)
    try {
      const command = 'xmpp register romeo@localhost'
      await atTerminal(command, registrar.env, async ({answer, paste, see}) => {
        await paste(/New password/, 'rosaline\nrosaline\n')
        await paste(/Why/, '\nfirst\nsecond ß\n\nab')
        await answer(/Letters ab/, 'c')
        await see(/exit 0/)
      })
      const [answer = ''] = registrar.answers
      assert.match(answer, /var="password"[^>]*><value>rosaline</)
      assert.match(answer, /var="why"><value>first<\/value><value>second ß<\/value>/)
      assert.match(answer, /var="ocr"><value>abc<\/value>/)
    } finally {
      await registrar.close()
    }
  })

  it('Ctrl-D is 130 even with an open session', async () => {
    const registrar = await startRegistrar(FORM)
    const command = 'xmpp register romeo@localhost --generate-password'
    try {
      for (const term of ['', 'TERM=dumb '])
        await atTerminal(term + command, registrar.env, async ({press, see}) => {
          await press(/Your house/, 'C-d')
          await see(/exit 130/)
        })
    } finally {
      await registrar.close()
    }
  })

  it('a terminal that is closed ends the run, without a crash', async () => {
    const registrar = await startRegistrar(FORM)
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'closed-')), 'status')
    try {
      const command = `trap '' HUP; xmpp register romeo@localhost; echo $? > ${file}`
      await atTerminal(command, registrar.env, async ({see}) => void (await see(/New password/)))
      while (!existsSync(file)) await sleep(50)
      assert.match(readFileSync(file, 'utf8'), /^130$/m)
    } finally {
      rmSync(path.dirname(file), {recursive: true})
      await registrar.close()
    }
  })

  it('a terminal without cursor movement gets plain prompts', async () => {
    const registrar = await startRegistrar(FORM)
    const log = path.join(registrar.env.HOME ?? '', 'dumb.log')
    const command = `TERM=dumb script -qec 'xmpp register romeo@localhost' ${log}`
    try {
      await atTerminal(command, registrar.env, async ({answer, paste, press, see}) => {
        await paste(/New password for romeo@localhost: *$/m, 'rosalyn')
        await press(/./, 'BSpace')
        await answer(/./, 'ne')
        await answer(/Once more:/, 'other')
        await paste(/passwords differ\s+New password/, 'rosaline\nrosaline\n')
        await answer(/1\) Capulet\s+2\) Montague\s+Number:/, '3')
        await answer(/Choose one/, '2')
        await answer(/feud \(y\/N\)/, 'y')
        await answer(/Enter the text you see/, '')
        await answer(/must not be empty/, 'w8th3r')
        await see(/exit 0/)
      })
      const [answer = ''] = registrar.answers
      for (const [name, value] of Object.entries({
        password: 'rosaline',
        house: 'm',
        feud: '1',
        ocr: 'w8th3r',
      }))
        assert.match(answer, new RegExp(`var="${name}"[^>]*><value>${value}</value>`))
      const written = readFileSync(log, 'utf8')
      assert.match(written, /Montague/)
      assert.ok(!written.includes('\u{1b}'), written)
      assert.ok(!written.includes('rosalin'), written)
    } finally {
      await registrar.close()
    }
  })
})
