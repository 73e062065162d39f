/** `listen --serve` with faulty clients and connections, and the values of forms, which must not be in a log. */
import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {identifyProcess} from '../../src/account/state/process-status.ts'
import {answer, readRequest, signInClient} from '../support/admit.ts'
import {finish, linesOf, type Outcome, start} from '../support/cli.ts'
import {assertMatchesSchema} from '../support/schema.ts'
import type {Peer} from '../support/scripted-server.ts'
import {newScriptedSession, readUntilClosed} from '../support/scripted-session.ts'

const BOB = 'bob@localhost/desk'
const CANARY = 'canary-4711'
const DEFINITION = {
  allow: ['bob@localhost'],
  fields: [{name: 'pin', type: 'text-private', required: true}],
}

const command = (attributes: string, content = ''): string =>
  `<command xmlns='http://jabber.org/protocol/commands' ${attributes}>${content}</command>`

const submit = (value: string): string =>
  `<x xmlns='jabber:x:data' type='submit'><field var='pin'><value>${value}</value></field></x>`

/** Signs the client in, and confirms its presence. */
async function becomeReady(peer: Peer): Promise<void> {
  await signInClient(peer)
  answer(peer, await readRequest(peer))
}

let serial = 0

/** Sends a request of Bob's client, and resolves with the reply. */
async function ask(peer: Peer, payload: string, attributes = `type='set' from='${BOB}'`) {
  const id = `ask-${serial++}`
  peer.write(`<iq ${attributes} id='${id}' to='alice@localhost/here'>${payload}</iq>`)
  return readReply(peer, id)
}

const readReply = (peer: Peer, id: string): Promise<string> =>
  peer.read(new RegExp(`<iq\\b[^>]*\\bid="${id}"[^>]*>.*?</iq>`, 's'))

const sessionIn = (stage: string): string => /sessionid="([^"]+)"/.exec(stage)?.[1] ?? ''

describe('faults of served commands', () => {
  const {env, startServer} = newScriptedSession()
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'served-'))
  })
  afterEach(() => rmSync(dir, {recursive: true}))

  function write(name: string, script: string, definition: object): void {
    writeFileSync(path.join(dir, name), `#!/bin/sh\n${script}\n`)
    chmodSync(path.join(dir, name), 0o755)
    writeFileSync(path.join(dir, `${name}.json`), JSON.stringify(definition))
  }

  /** Runs `listen --serve` until the script of a connection ends, unless that has reset it. */
  async function serve(
    script: (peer: Peer) => Promise<undefined | 'reset'>,
    flags = '',
  ): Promise<Outcome> {
    let stop = (): void => {}
    const at = await startServer(async (peer) => {
      let isOver = true
      try {
        await becomeReady(peer)
        isOver = (await script(peer)) !== 'reset'
      } finally {
        if (isOver) stop()
      }
    })
    const child = start(`exec xmpp listen --serve ${dir} --json ${flags}`, {
      ...env(at),
      XDG_STATE_HOME: path.join(dir, 'state'),
    })
    stop = () => child.kill('SIGTERM')
    return finish(child)
  }

  const events = ({stdout}: Outcome) =>
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
      .map((event) => {
        assertMatchesSchema(event, 'events')
        return event
      })
      .filter(({event}) => event !== 'ready')

  it('no value of a form is in events, the trace or the state; the program has no password', async () => {
    write('enter', `env > ${dir}/env; cat > ${dir}/input`, DEFINITION)
    const outcome = await serve(async (peer) => {
      const id = sessionIn(await ask(peer, command("node='enter'")))
      const reply = await ask(peer, command(`node='enter' sessionid='${id}'`, submit(CANARY)))
      assert.match(reply, /status="completed"/)
      return undefined
    }, '--debug')
    assert.equal(outcome.status, 143, outcome.stderr)
    assert.ok(readFileSync(path.join(dir, 'input'), 'utf8').includes(CANARY))
    const variables = readFileSync(path.join(dir, 'env'), 'utf8')
    assert.ok(variables.includes(`XMPP_FIELD_PIN=${CANARY}`))
    assert.doesNotMatch(variables, /^XMPP_PASSWORD=/m)
    assert.match(outcome.stderr, /sessionid=/)
    assert.ok(!`${outcome.stdout}${outcome.stderr}`.includes(CANARY))
    const state = path.join(dir, 'state/xmpp')
    const files = readdirSync(state, {recursive: true, withFileTypes: true}).filter((entry) =>
      entry.isFile(),
    )
    assert.ok(files.length > 0)
    for (const {name, parentPath} of files) {
      const text = readFileSync(path.join(parentPath, name), 'utf8')
      assert.ok(!text.includes(CANARY), name)
    }
    assert.deepEqual(
      events(outcome).map(({event, node, reason, status}) => [event, node ?? reason, status]),
      [
        ['command', 'enter', 0],
        ['end', 'signal', undefined],
      ],
    )
  })

  it('requests that are malformed, from a stranger, or without an address', async () => {
    write('enter', `touch ${dir}/ran`, DEFINITION)
    const outcome = await serve(async (peer) => {
      assert.match(await ask(peer, command('')), /item-not-found/)
      assert.match(await ask(peer, command("node='../enter'")), /item-not-found/)
      assert.match(await ask(peer, command("node='enter.json'")), /item-not-found/)
      assert.match(
        await ask(peer, command("node='enter'"), "type='set' from='eve@localhost/x'"),
        /item-not-found/,
      )
      assert.match(await ask(peer, command("node='enter'"), "type='set'"), /item-not-found/)
      assert.match(
        await ask(peer, command("node='enter'"), `type='get' from='${BOB}'`),
        /service-unavailable/,
      )
      const id = sessionIn(await ask(peer, command("node='enter'")))
      const go = (content: string) => ask(peer, command(`node='enter' sessionid='${id}'`, content))
      assert.match(await go(''), /bad-payload/)
      assert.match(await go("<x xmlns='jabber:x:data'/>"), /type="error">The field pin is required/)
      assert.match(
        await go("<x xmlns='jabber:x:data'><field/><field var='pin'/></x>"),
        /is required/,
      )
      return undefined
    })
    assert.equal(outcome.status, 143, outcome.stderr)
    assert.ok(!existsSync(path.join(dir, 'ran')))
    assert.equal(events(outcome).length, 1)
  })

  it('a value that is larger than a variable reaches the program on stdin', async () => {
    write('enter', 'jq -r ".fields.pin | length"; env | grep -c XMPP_FIELD_PIN || true', DEFINITION)
    const outcome = await serve(async (peer) => {
      const id = sessionIn(await ask(peer, command("node='enter'")))
      const reply = await ask(
        peer,
        command(`node='enter' sessionid='${id}'`, submit('x'.repeat(150_000))),
      )
      assert.match(reply, /<note type="info">150000\n0<\/note>/)
      return undefined
    })
    assert.equal(outcome.status, 143, outcome.stderr)
  })

  it('a result goes over the next connection if the first one is lost', async () => {
    const pipe = path.join(dir, 'state', 'pipe')
    write('slow', `mkdir -p ${dir}/state; mkfifo ${pipe}; read -r word < ${pipe}; echo "$word"`, {
      allow: ['bob@localhost'],
      timeout: '20s',
    })
    let connections = 0
    const outcome = await serve(async (peer) => {
      if (connections++ === 0) {
        peer.write(`<iq type='set' from='${BOB}' id='slow' to='alice@localhost/here'>
          ${command("node='slow'")}</iq>`)
        // The reply to a second request shows that the first one was read.
        assert.match(await ask(peer, command("node='slow'")), /resource-constraint/)
        peer.reset()
        return 'reset'
      }
      writeFileSync(pipe, 'done\n')
      assert.match(await readReply(peer, 'slow'), /<note type="info">done<\/note>/)
      return undefined
    })
    assert.equal(outcome.status, 143, outcome.stderr)
    const kinds = events(outcome).map(({event}) => event)
    assert.deepEqual(kinds, ['disconnected', 'reconnected', 'command', 'end'])
  })

  it('a program that runs at the end is stopped, and its event is before the last one', async () => {
    const pidFile = path.join(dir, 'pid')
    write('slow', `echo $$ > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; sleep 600`, {
      allow: ['bob@localhost'],
      timeout: '1h',
    })
    const at = await startServer(async (peer) => {
      await becomeReady(peer)
      peer.write(`<iq type='set' from='${BOB}' id='slow' to='alice@localhost/here'>
        ${command("node='slow'")}</iq>`)
      await ask(peer, command("node='slow'"))
      while (!existsSync(pidFile)) await sleep(10)
      peer.write(`<message from='${BOB}' id='m'><body>bye</body></message>`)
      await readUntilClosed(peer)
    })
    const child = start(`exec xmpp listen --serve ${dir} --json --count 1`, env(at))
    const nextLine = linesOf(child.stdout)
    const kinds: string[] = []
    while (kinds.at(-1) !== 'end') kinds.push(JSON.parse(await nextLine()).event)
    assert.deepEqual(kinds, ['ready', 'message', 'command', 'end'])
    await finish(child)
    assert.equal(child.exitCode, 0)
    const pid = Number(readFileSync(pidFile, 'utf8'))
    while (await identifyProcess(pid)) await sleep(10) // the signal has been sent
  })
})
