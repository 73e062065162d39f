/** `npm run demo`: two accounts on a private server and one message; everything is deleted at the end. */
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import path from 'node:path'
import {createInterface} from 'node:readline'
import {shellWord} from '../src/output/layout/shell-word.ts'
import {startProsody} from '../test/support/prosody.ts'
import type {Account} from '../test/support/server.ts'

const XMPP = path.join(import.meta.dirname, '../bin/run.js')

const print = (line = ''): void => void process.stdout.write(`${line}\n`)

print('Starting a private Prosody on loopback ...')
const server = await startProsody({sasl2: false}) // whose modules may not be installed
try {
  print(`It listens on 127.0.0.1:${server.port}, with a certificate made a moment ago.\n`)
  const alice = server.account('alice')
  const bob = server.account('bob')

  print('Two people create accounts.')
  await xmpp(alice, 'register')
  await xmpp(bob, 'register')

  print('\nBob listens, as a script would: one JSON object a line, and the end after one message.')
  const listener = start(bob, 'listen', '--json', '--count', '1')
  await listener.event('ready')

  print('\nAlice sends. Success means that the server has it.')
  await xmpp(alice, 'send', bob.jid, 'The build is green')

  print('\nBob has received:')
  await listener.end()

  print('\nBoth remove their accounts.')
  await xmpp(alice, 'unregister', '--confirm', alice.jid)
  await xmpp(bob, 'unregister', '--confirm', bob.jid)
} finally {
  await server.stop()
}
print('\nProsody is stopped, and its data is deleted. For a server of your own: npm run sandbox')

interface Running {
  /** Prints its output up to the event of this kind. */
  event(kind: string): Promise<void>
  /** Prints the rest of its output; rejects when it failed. */
  end(): Promise<void>
}

async function xmpp(account: Account, ...args: string[]): Promise<void> {
  await start(account, ...args).end()
}

/** Prints the command, and returns functions that print its output. */
function start(account: Account, ...args: string[]): Running {
  const shown = ['xmpp', ...args.map(shellWord)].join(' ')
  print(`${account.jid} $ ${shown}`)
  const child = spawn(process.execPath, [XMPP, ...args], {
    env: environmentOf(account),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = once(child, 'exit')
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return {
    async event(kind) {
      for (;;) {
        const line = await lines.next()
        if (line.done) throw new Error(`${shown}: ended without the event "${kind}"`)
        print(line.value)
        if (JSON.parse(line.value).event === kind) return
      }
    },
    async end() {
      for await (const line of lines) print(line)
      const [code] = (await exit) as [number | null]
      if (code !== 0) throw new Error(`${shown}: exit ${code}`)
    },
  }
}

/** An environment with this account only, without the settings and the state of the user. */
function environmentOf({jid, password}: Account): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('XMPP_'))
  return {
    ...Object.fromEntries(others),
    XDG_CONFIG_HOME: server.dir,
    XDG_STATE_HOME: server.dir,
    XMPP_JID: jid,
    XMPP_PASSWORD: password,
    XMPP_SERVER: `xmpp://127.0.0.1:${server.port}`,
    XMPP_CA_FILE: server.ca,
    XMPP_TIMEOUT: '10s',
  }
}
