/** Runs the built command with scripted servers, and returns its stanzas and its outcome. */
import assert from 'node:assert/strict'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {newAuthority, type Pair} from './certificates.ts'
import {environment, type Outcome} from './cli.ts'
import type {LoopbackServer} from './loopback.ts'
import {runXmpp} from './runner.ts'
import {assertMatchesSchema} from './schema.ts'
import {type Peer, type Script, startScriptedServer} from './scripted-server.ts'

export const authority = newAuthority()

import {shareCode} from './shared-code.ts'

export interface ScriptedServer extends LoopbackServer {
  /** The value of `--server`. */
  uri: string
  /** The data of the client on each connection, inside TLS if there was TLS; resolves when it has disconnected. */
  received(): Promise<string[]>
}

export interface RunOptions {
  /** The server. */
  at: Pick<ScriptedServer, 'uri'>
  env?: NodeJS.ProcessEnv
  input?: string
}

/** The JSON of a failing run. */
export interface FailureOutput {
  code: string
  stage: string
  message: string
  condition: string | null
  text: string | null
  /** The state of the message, if one was sent. */
  state: string | undefined
  stdout: string
}

export interface ScriptedSession {
  env(at: RunOptions['at']): NodeJS.ProcessEnv
  /** A server that follows the script on each connection: direct TLS, unless `clear`. */
  startServer(script: Script, options?: {pair?: Pair; clear?: boolean}): Promise<ScriptedServer>
  closeAfterEach<T extends LoopbackServer>(server: T): T
  /** Runs `xmpp words` as alice@localhost. */
  run(words: string, options: RunOptions): Promise<Outcome>
  /** Runs it with --json, and expects this exit status, also in the document. */
  failure(status: number, words: string, options: RunOptions): Promise<FailureOutput>
}

/** For scripts that only read until the client disconnects. */
export const readUntilClosed = async (peer: Peer): Promise<void> => void (await peer.read(/(?!)/))

/** For a `describe`: cleans up after each test. */
export function newScriptedSession(): ScriptedSession {
  const dir = mkdtempSync(path.join(tmpdir(), 'scripted-'))
  const ca = path.join(dir, 'ca.pem')
  writeFileSync(ca, authority.cert)
  shareCode(path.join(dir, 'state'))
  after(() => rmSync(dir, {recursive: true}))

  const opened: LoopbackServer[] = []
  afterEach(async () => {
    for (const server of opened.splice(0)) await server.close()
  })

  const session: ScriptedSession = {
    env: ({uri}) => ({
      ...environment(),
      XDG_CONFIG_HOME: path.join(dir, 'config'),
      XDG_STATE_HOME: path.join(dir, 'state'),
      XMPP_CA_FILE: ca,
      XMPP_JID: 'alice@localhost',
      XMPP_PASSWORD: 'secret',
      XMPP_SERVER: uri,
    }),
    closeAfterEach(server) {
      opened.push(server)
      return server
    },
    async startServer(
      script,
      {clear = false, pair = authority.issue({domains: ['localhost']})} = {},
    ) {
      const peers: Peer[] = []
      const ended: Promise<void>[] = []
      const act = async (peer: Peer): Promise<void> => {
        await script(peer)
        await readUntilClosed(peer)
      }
      const server = await startScriptedServer(
        (peer) => {
          const running = act(peer)
          peers.push(peer)
          ended.push(running.catch(() => {})) // the call that closes the server reports it
          return running
        },
        clear ? {} : {tls: pair},
      )
      session.closeAfterEach(server)
      return Object.assign(Object.create(server) as LoopbackServer, {
        uri: `${clear ? 'xmpp' : 'xmpps'}://127.0.0.1:${server.port}`,
        async received() {
          await Promise.all(ended)
          return peers.map(({text}) => text)
        },
      })
    },
    run: (words, {at, env, input}) => runXmpp(words, {...session.env(at), ...env}, input),
    async failure(status, words, options) {
      const outcome = await session.run(`${words} --json`, options)
      const {stderr, stdout} = outcome
      assert.deepEqual(outcome, {status, signal: null, stdout, stderr}, stdout)
      const document = JSON.parse(stdout)
      const error = document.error ?? document.messages[0].error
      assertMatchesSchema({error}, 'error')
      assert.equal(error.exitCode, status)
      assert.ok(stderr.startsWith('xmpp: ') && stderr.includes(error.message), stderr)
      return {...error, state: document.messages?.[0].state, stdout}
    },
  }
  return session
}
