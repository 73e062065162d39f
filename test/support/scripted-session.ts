/** The built command in front of scripted servers: what they do, what it says to them, and how it ends. */
import assert from 'node:assert/strict'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {newAuthority, type Pair} from './certificates.ts'
import {environment, type Outcome, sh} from './cli.ts'
import type {LoopbackServer} from './loopback.ts'
import {assertMatchesSchema} from './schema.ts'
import {type Peer, type Script, startScriptedServer} from './scripted-server.ts'

export const authority = newAuthority()

import {shareCode} from './shared-code.ts'

export interface ScriptedServer extends LoopbackServer {
  /** The `--server` that leads here. */
  uri: string
  /** What the client said on each connection, under TLS where there was TLS; resolves when it has left. */
  received(): Promise<string[]>
}

export interface RunOptions {
  /** The server. */
  at: Pick<ScriptedServer, 'uri'>
  env?: NodeJS.ProcessEnv
  input?: string
}

/** What a failing run said in JSON. */
export interface FailureOutput {
  code: string
  stage: string
  message: string
  condition: string | null
  text: string | null
  /** Of the message, where one was sent. */
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
  /** Runs it with --json, expects that exit status, and a document that says the same. */
  failure(status: number, words: string, options: RunOptions): Promise<FailureOutput>
}

/** Resolves never: for scripts that only listen until the client leaves. */
export const readUntilClosed = async (peer: Peer): Promise<void> => void (await peer.read(/(?!)/))

/** For a `describe`: cleans up behind each test. */
export function newScriptedSession(): ScriptedSession {
  const dir = mkdtempSync(path.join(tmpdir(), 'stage-'))
  const ca = path.join(dir, 'ca.pem')
  writeFileSync(ca, authority.cert)
  shareCode(path.join(dir, 'state'))
  after(() => rmSync(dir, {recursive: true}))

  const opened: LoopbackServer[] = []
  afterEach(async () => {
    for (const server of opened.splice(0)) await server.close()
  })

  const stage: ScriptedSession = {
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
      const left: Promise<void>[] = []
      const act = async (peer: Peer): Promise<void> => {
        await script(peer)
        await readUntilClosed(peer)
      }
      const server = await startScriptedServer(
        (peer) => {
          const acting = act(peer)
          peers.push(peer)
          left.push(acting.catch(() => {})) // whoever closes the server hears of it
          return acting
        },
        clear ? {} : {tls: pair},
      )
      stage.closeAfterEach(server)
      return Object.assign(Object.create(server) as LoopbackServer, {
        uri: `${clear ? 'xmpp' : 'xmpps'}://127.0.0.1:${server.port}`,
        async received() {
          await Promise.all(left)
          return peers.map(({text}) => text)
        },
      })
    },
    run: (words, {at, env, input}) => sh(`xmpp ${words}`, {...stage.env(at), ...env}, input),
    async failure(status, words, options) {
      const outcome = await stage.run(`${words} --json`, options)
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
  return stage
}
