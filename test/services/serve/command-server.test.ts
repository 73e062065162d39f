import assert from 'node:assert/strict'
import {chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {parseCommand} from '../../../src/protocol/core/command.ts'
import {
  type CommandRunEvent,
  CommandServer,
  type CommandServerOptions,
} from '../../../src/services/serve/command-server.ts'
import {readCommands} from '../../../src/services/serve/directory.ts'
import {CommandSessions} from '../../../src/services/serve/sessions.ts'
import type {Element} from '../../../src/xml.ts'
import {readElement} from '../../support/xml.ts'

const ALICE = 'alice@localhost/phone'
const SECRET = 'canary-4711'

const DEFINITION = {
  allow: ['alice@localhost', 'bob@localhost/desk'],
  timeout: '20s',
  fields: [
    {name: 'target', type: 'list-single', required: true, options: ['staging', 'live']},
    {name: 'pin', type: 'text-private'},
    {name: 'hosts', type: 'text-multi'},
  ],
}

describe('a served command', () => {
  let dir: string
  let events: CommandRunEvent[]
  let ended: AbortController
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'served-'))
    events = []
    ended = new AbortController()
  })
  afterEach(() => rmSync(dir, {recursive: true}))

  function write(name: string, script: string, definition?: object): void {
    writeFileSync(path.join(dir, name), script)
    chmodSync(path.join(dir, name), 0o755)
    if (definition) writeFileSync(path.join(dir, `${name}.json`), JSON.stringify(definition))
  }

  async function serve(options: Partial<CommandServerOptions> = {}, sessions?: CommandSessions) {
    const commands = await readCommands(dir, ended.signal)
    const server = new CommandServer(
      {
        ...{commands, jobs: 1, maxBytes: async () => 65_536, signal: ended.signal},
        onRun: async (event) => void events.push(event),
        ...options,
      },
      sessions,
    )
    const send = (attributes: string, content = '', from = ALICE): Promise<Element> =>
      server.reply(
        readElement(`<iq xmlns='jabber:client' type='set' id='1' from='${from}'>
          <command xmlns='http://jabber.org/protocol/commands' ${attributes}>${content}</command></iq>`),
      )
    return {server, send}
  }

  const submit = (fields: Record<string, string | string[]>): string =>
    `<x xmlns='jabber:x:data' type='submit'>${Object.entries(fields)
      .map(([name, values]) => {
        const list = [values].flat().map((value) => `<value>${value}</value>`)
        return `<field var='${name}'>${list.join('')}</field>`
      })
      .join('')}</x>`

  const stageIn = (reply: Element) => {
    assert.equal(reply.name, 'command', String(reply))
    return parseCommand(reply)
  }

  const errorIn = (reply: Element): string[] => {
    assert.equal(reply.name, 'error', String(reply))
    return reply.getChildElements().map(({name}) => name)
  }

  it('runs a program without fields at once, and its output is a note', async () => {
    write('hello', '#!/bin/sh\necho "hello $XMPP_FROM"\n', {allow: ['alice@localhost']})
    const {send} = await serve()
    const {notes, status} = stageIn(await send("node='hello'"))
    assert.equal(status, 'completed')
    assert.deepEqual(notes, [{type: 'info', text: `hello ${ALICE}`}])
    assert.deepEqual(events, [
      {event: 'command', from: ALICE, node: 'hello', status: 0, signal: null},
    ])
  })

  it('gives the values to the program on stdin and as variables, and never through a shell', async () => {
    write('deploy', `#!/bin/sh\ncat > "$0.input"; env > "$0.env"\n`, DEFINITION)
    process.env.XMPP_FIELD_STRAY = 'inherited'
    process.env.XMPP_PASSWORD = 'of the account'
    try {
      const {send} = await serve()
      const {form, sessionId, status} = stageIn(await send("node='deploy'"))
      assert.equal(status, 'executing')
      assert.deepEqual(
        form?.fields.map(({name}) => name),
        ['target', 'pin', 'hosts'],
      )
      const fields = {
        target: 'live',
        pin: `${SECRET}$(touch ${dir}/shell)`,
        hosts: ['a', 'b'],
        odd: 'x',
      }
      const reply = await send(`node='deploy' sessionid='${sessionId}'`, submit(fields))
      assert.equal(stageIn(reply).status, 'completed')
      assert.ok(!existsSync(path.join(dir, 'shell')))
      const input = JSON.parse(readFileSync(path.join(dir, 'deploy.input'), 'utf8'))
      const {odd: _, ...known} = fields
      assert.deepEqual(input, {command: 'deploy', from: ALICE, fields: known})
      const env = readFileSync(path.join(dir, 'deploy.env'), 'utf8')
      assert.match(env, /^XMPP_FIELD_TARGET=live$/m)
      assert.match(env, /^XMPP_FIELD_HOSTS=a\n/m)
      assert.doesNotMatch(env, /STRAY|XMPP_PASSWORD/)
      assert.ok(!JSON.stringify(events).includes(SECRET))
    } finally {
      delete process.env.XMPP_FIELD_STRAY
      delete process.env.XMPP_PASSWORD
    }
  })

  it('does not exist for a JID that is not allowed', async () => {
    write('deploy', '#!/bin/sh\n', DEFINITION)
    write('bare', '#!/bin/sh\n')
    const {send, server} = await serve()
    for (const from of ['eve@localhost/x', 'bob@localhost/phone', 'bob@localhost', '']) {
      const refused = errorIn(await send("node='deploy'", '', from))
      assert.deepEqual(refused, errorIn(await send("node='unknown'", '', from)))
      assert.deepEqual(refused, ['item-not-found'])
      assert.deepEqual(server.items(from, 'me'), [])
      assert.equal(server.info(from, 'deploy'), undefined)
    }
    assert.equal(stageIn(await send("node='deploy'", '', 'bob@localhost/desk')).status, 'executing')
    assert.deepEqual(server.items(ALICE, 'me'), [{jid: 'me', node: 'deploy', name: 'deploy'}])
    assert.deepEqual(errorIn(await send("node='bare'")), ['item-not-found'])
    assert.deepEqual(events, [])
  })

  it('shows a result form for a JSON object', async () => {
    const object = JSON.stringify({free: '12 GB', disks: ['a', 'b'], busy: false, none: null})
    write('disk', `#!/bin/sh\necho '${object}'\n`, {allow: ['alice@localhost']})
    const {send} = await serve()
    const {form, notes} = stageIn(await send("node='disk'"))
    assert.deepEqual(notes, [])
    assert.equal(form?.type, 'result')
    assert.deepEqual(
      form?.fields.map(({name, values}) => [name, values]),
      [
        ['free', ['12 GB']],
        ['disks', ['a', 'b']],
        ['busy', ['false']],
        ['none', []],
      ],
    )
  })

  it('completes with a note of type error after a failure', async () => {
    const allow = {allow: ['alice@localhost']}
    write('words', '#!/bin/sh\nprintf "\\033[31mno \\001space\\n"; exit 3\n', allow)
    write('silent', '#!/bin/sh\nexit 3\n', allow)
    write('killed', '#!/bin/sh\nkill -9 $$\n', allow)
    write('broken', '#!/nowhere/sh\n', allow)
    write('slow', '#!/bin/sh\nsleep 60\n', {...allow, timeout: '100ms'})
    write('long', '#!/bin/sh\nyes\n', allow)
    write('large', '#!/bin/sh\nhead -c 70000 /dev/zero | tr "\\0" x\n', allow)
    const {send} = await serve()
    const noteOf = async (node: string) => {
      const {notes, status} = stageIn(await send(`node='${node}'`))
      assert.equal(status, 'completed')
      assert.equal(notes[0]?.type, 'error')
      return notes[0]?.text
    }
    assert.equal(await noteOf('words'), 'no space')
    assert.equal(await noteOf('silent'), 'silent failed: exit status 3')
    assert.equal(await noteOf('killed'), 'killed failed: signal SIGKILL')
    assert.equal(
      await noteOf('broken'),
      'broken failed: it cannot start: no such file or directory',
    )
    assert.equal(await noteOf('slow'), 'slow failed: it took longer than 0.1 s')
    assert.equal(await noteOf('long'), 'long failed: its output is larger than 256 KiB')
    assert.equal(await noteOf('large'), 'The output is too large for a stanza')
    assert.deepEqual(
      events.map(({node, signal, status}) => [node, status, signal]),
      [
        ['words', 3, null],
        ['silent', 3, null],
        ['killed', null, 'SIGKILL'],
        ['broken', null, null],
        ['slow', null, 'SIGTERM'],
        ['long', null, 'SIGTERM'],
        ['large', 0, null],
      ],
    )
  })

  it('does not wait for a process that the program leaves in the background', async () => {
    write('start', '#!/bin/sh\nsleep 600 &\necho $!\n', {allow: ['alice@localhost']})
    const {send} = await serve()
    const {notes, status} = stageIn(await send("node='start'"))
    assert.equal(status, 'completed')
    assert.equal(notes[0]?.type, 'info')
    process.kill(Number(notes[0]?.text)) // it runs on
  })

  it('shows the form again, with the reason, if a value is not valid', async () => {
    write('deploy', '#!/bin/sh\n', DEFINITION)
    const {send} = await serve()
    const {sessionId} = stageIn(await send("node='deploy'"))
    const again = async (fields: Record<string, string>) =>
      stageIn(
        await send(`node='deploy' sessionid='${sessionId}' action='complete'`, submit(fields)),
      )
    for (const [fields, reason] of [
      [{}, /target is required/],
      [{target: ''}, /target is required/],
      [{target: 'moon', pin: SECRET}, /target cannot have this value.*staging, live/],
    ] as const) {
      const stage = await again(fields)
      assert.equal(stage.status, 'executing')
      assert.equal(stage.sessionId, sessionId)
      assert.match(stage.notes[0]?.text ?? '', reason)
      assert.ok(!JSON.stringify(stage).includes(SECRET))
    }
    assert.deepEqual(events, [])
    assert.equal((await again({target: 'live'})).status, 'completed')
  })

  it('has sessions for one full JID and one run, with random ids', async () => {
    write('deploy', '#!/bin/sh\n', DEFINITION)
    let now = 0
    const {send} = await serve({}, new CommandSessions(() => now))
    const open = async (): Promise<string> => stageIn(await send("node='deploy'")).sessionId ?? ''
    const first = await open()
    assert.match(first, /^[\da-f]{8}-[\da-f-]{27}$/)
    assert.notEqual(first, await open())
    const form = submit({target: 'live'})
    const go = (id: string, from = ALICE, action = 'execute') =>
      send(`node='deploy' sessionid='${id}' action='${action}'`, form, from)

    const stolen = ['bad-request', 'bad-sessionid']
    assert.deepEqual(errorIn(await go(first, 'alice@localhost/tablet')), stolen)
    assert.deepEqual(errorIn(await go('guess')), stolen)
    assert.deepEqual(errorIn(await go(first, ALICE, 'prev')), ['bad-request', 'bad-action'])
    assert.deepEqual(errorIn(await go(first, ALICE, 'dance')), ['bad-request', 'bad-action'])
    const empty = await send(`node='deploy' sessionid='${first}'`)
    assert.deepEqual(errorIn(empty), ['bad-request', 'bad-payload'])
    assert.equal(stageIn(await go(first)).status, 'completed')
    assert.deepEqual(errorIn(await go(first)), stolen)

    const canceled = await open()
    assert.equal(stageIn(await go(canceled, ALICE, 'cancel')).status, 'canceled')
    assert.deepEqual(errorIn(await go(canceled)), stolen)

    const old = await open()
    now += 10 * 60_000
    assert.deepEqual(errorIn(await go(old)), ['not-allowed', 'session-expired'])
    assert.deepEqual(errorIn(await go(old)), stolen)

    const oldest = await open()
    for (let count = 0; count < 100; count++) await open()
    assert.deepEqual(errorIn(await go(oldest)), stolen)
    assert.deepEqual(errorIn(await send("node='deploy' action='next'")), [
      'bad-request',
      'bad-action',
    ])
  })

  it('runs no more programs at once than --jobs, and the session waits', async () => {
    const blocker = path.join(dir, 'blocker')
    write('wait', `#!/bin/sh\nread -r _ < "${blocker}"\n`, {allow: ['alice@localhost']})
    write('deploy', '#!/bin/sh\n', DEFINITION)
    const {execFileSync} = await import('node:child_process')
    execFileSync('mkfifo', [blocker])
    const {send} = await serve()
    const waiting = send("node='wait'")
    const {sessionId} = stageIn(await send("node='deploy'"))
    const go = () => send(`node='deploy' sessionid='${sessionId}'`, submit({target: 'live'}))
    assert.deepEqual(errorIn(await go()), ['resource-constraint'])
    writeFileSync(blocker, '\n')
    assert.equal(stageIn(await waiting).status, 'completed')
    assert.equal(stageIn(await go()).status, 'completed')
  })

  for (const way of ['signal', 'close'])
    it(`ends its programs with the run: ${way}`, async () => {
      write('wait', '#!/bin/sh\nsleep 60\n', {allow: ['alice@localhost']})
      const {send, server} = await serve()
      const waiting = send("node='wait'")
      if (way === 'signal') ended.abort(new Error('over'))
      else await server.close()
      assert.equal(events.length, way === 'signal' ? 0 : 1)
      assert.match(stageIn(await waiting).notes[0]?.text ?? '', /the run ended/)
      assert.deepEqual(errorIn(await send("node='wait'")), ['service-unavailable'])
    })
})
