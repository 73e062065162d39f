/** Other clients, run as their users run them; tests are skipped if they are not installed. */
import type {ChildProcess} from 'node:child_process'
import {spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {mkdirSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {environment, start} from '../support/cli.ts'
import {openScreen, type Screen} from '../support/screen.ts'
import type {TestServer} from '../support/server.ts'

export interface Peer {
  /** Its output so far. */
  readonly output: string
  /** Resolves with the part of its output that matches; rejects, with all of it, after ten seconds. */
  prints(pattern: RegExp): Promise<string>
  stop(): Promise<void>
}

const PATIENCE_MS = 10_000

const installed = new Map<string, boolean>()

export function isInstalled(test: string): boolean {
  const known = installed.get(test) ?? spawnSync('sh', ['-c', test]).status === 0
  installed.set(test, known)
  return known
}

/** The Python of the system, which has the packages of the system. */
const PYTHON = '/usr/bin/python3'
export const hasSlixmpp = (): boolean => isInstalled(`${PYTHON} -c 'import slixmpp'`)
export const hasGoSendxmpp = (): boolean => isInstalled('command -v go-sendxmpp')
export const hasProfanity = (): boolean => isInstalled('command -v profanity && command -v script')

export async function slixmpp(server: TestServer, user: string): Promise<Peer> {
  const program = path.join(import.meta.dirname, 'slixmpp-client.py')
  const peer = watch(start(`exec ${PYTHON} ${program}`, ownEnvironment(server, user)))
  await peer.prints(/"ready"/)
  return peer
}

/** It prints nothing when it is ready, so the test first makes it send a message to itself. */
export async function goSendxmpp(server: TestServer, user: string): Promise<Peer> {
  const login = 'go-sendxmpp --fast-off --tls -u $XMPP_JID -p $XMPP_PASSWORD -j 127.0.0.1:$TLS_PORT'
  const env = ownEnvironment(server, user)
  const peer = watch(start(`exec ${login} --listen`, env))
  for (let tries = 0; !/knock/.test(peer.output); tries++) {
    if (tries === 20) throw new Error(`go-sendxmpp does not listen: ${peer.output}`)
    await once(start(`echo knock | ${login} $XMPP_JID`, env), 'close')
    await sleep(250)
  }
  return peer
}

/** On a terminal of `script`, in the window of the chat with the other user. */
export async function profanity(server: TestServer, user: string, other: string): Promise<Peer> {
  const {jid, password} = server.account(user)
  const home = path.join(server.dir, 'profanity')
  const settings = path.join(home, 'config/profanity')
  const data = path.join(home, 'data/profanity')
  for (const folder of [settings, data]) mkdirSync(folder, {recursive: true})
  writeFileSync(path.join(settings, 'profrc'), '[ui]\nsplash=false\n')
  const account = {
    enabled: true,
    jid,
    password,
    server: '127.0.0.1',
    port: server.port,
    'tls.policy': 'trust',
    resource: 'profanity',
    'presence.login': 'online',
  }
  const lines = Object.entries(account).map(([key, value]) => `${key}=${value}\n`)
  writeFileSync(path.join(data, 'accounts'), `[${jid}]\n${lines.join('')}`)
  const env = {
    ...environment(server),
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, 'config'),
    XDG_DATA_HOME: path.join(home, 'data'),
    TERM: 'xterm',
    COLUMNS: '100',
    LINES: '40',
  }
  const child = start(`exec script -qfc 'profanity -a ${jid}' /dev/null`, env)
  const peer = watch(child)
  await peer.prints(/logged in successfully/)
  child.stdin?.write(`/msg ${server.account(other).jid}\r`)
  return peer
}

/** On a screen, signed in as bob, with its files in this folder. */
export async function openProfanity(server: TestServer, home: string): Promise<Screen> {
  const screen = await openScreen('profanity', home, {
    ...environment(server),
    HOME: home,
    XDG_DATA_HOME: home,
    XDG_CONFIG_HOME: home,
  })
  await screen.sees(/help/)
  await connectProfanity(server, screen)
  return screen
}

export async function connectProfanity(server: TestServer, screen: Screen): Promise<void> {
  await screen.type(`/connect bob@localhost server 127.0.0.1 port ${server.port} tls trust`)
  await screen.sees(/Enter password/)
  await screen.type(server.account('bob').password)
  await screen.sees(/logged in successfully/)
}

function ownEnvironment(server: TestServer, user: string): NodeJS.ProcessEnv {
  return {
    ...environment(server, user),
    SSL_CERT_FILE: server.ca,
    TLS_PORT: String(server.tlsPort),
  }
}

function watch(child: ChildProcess): Peer {
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  return {
    get output() {
      return output
    },
    async prints(pattern) {
      for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(20)) {
        const [found] = pattern.exec(output) ?? []
        if (found !== undefined) return found
      }
      throw new Error(`${pattern} does not come:\n${output}`)
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill()
      await once(child, 'close')
    },
  }
}
