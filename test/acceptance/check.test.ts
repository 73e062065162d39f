/** `xmpp check` with servers that have one fault each, and with correct ones. */
import assert from 'node:assert/strict'
import {answerRequests, NS_SASL, offer, readRequest, signInClient} from '../support/admit.ts'
import {EXPIRED} from '../support/certificates.ts'
import {environment} from '../support/cli.ts'
import {refusing, silent} from '../support/faults.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import {assertMatchesSchema} from '../support/schema.ts'
import type {Peer} from '../support/scripted-server.ts'
import {authority, newScriptedSession, readUntilClosed} from '../support/scripted-session.ts'
import {sharedEjabberd} from '../support/shared-ejabberd.ts'

interface Found {
  area: string
  level: string
  code: string
  message: string
  hint: string | null
}

interface Fault {
  /** The address of the server that has the fault. */
  start(): Promise<{uri: string}>
  level: 'warn' | 'fail'
  area: string
  code: string
  status: number
  words?: string
}

const localhost = {domains: ['localhost']}

describe('xmpp check', () => {
  const {closeAfterEach, failure, run, startServer} = newScriptedSession()

  const withPair = (subject: object) => () =>
    startServer(readUntilClosed, {pair: authority.issue({...localhost, ...subject})})

  const faults: Record<string, Fault> = {
    'a closed port': {
      start: async () => ({uri: `xmpps://127.0.0.1:${await refusing()}`}),
      ...{level: 'fail', area: 'tcp', code: 'connection-failed', status: 75},
    },
    'silence after TCP': {
      start: async () => ({uri: `xmpp://127.0.0.1:${closeAfterEach(await silent()).port}`}),
      ...{level: 'fail', area: 'tls', code: 'timeout', status: 75, words: '--timeout 3s'},
    },
    'an expired certificate': {
      start: withPair(EXPIRED),
      ...{level: 'fail', area: 'tls', code: 'certificate-expired', status: 76},
    },
    'a certificate of another name': {
      start: withPair({domains: ['other.example']}),
      ...{level: 'fail', area: 'tls', code: 'certificate-name-mismatch', status: 76},
    },
    'no STARTTLS': {
      start: () => startServer((peer) => peer.open(offer('PLAIN')), {clear: true}),
      ...{level: 'fail', area: 'tls', code: 'no-encryption', status: 76},
    },
    'only PLAIN': {
      start: () => startServer((peer) => peer.open(offer('PLAIN'))),
      ...{level: 'warn', area: 'auth', code: 'only-plain', status: 0},
      words: 'localhost',
    },
    'no mechanism that is supported': {
      start: () => startServer((peer) => peer.open(offer('X-OTHER'))),
      ...{level: 'fail', area: 'auth', code: 'no-mechanism', status: 77, words: 'localhost'},
    },
    'no stream after TLS': {
      start: () => startServer(async (peer) => peer.reset()),
      ...{level: 'fail', area: 'auth', code: 'connection-lost', status: 75},
    },
    'no archive': {
      start: () =>
        startServer(async (peer: Peer) => {
          await signInClient(peer)
          await answerRequests(peer)
        }),
      ...{level: 'warn', area: 'session', code: 'no-archive', status: 0},
    },
    'no archive, with --warn-fails': {
      start: () =>
        startServer(async (peer: Peer) => {
          await signInClient(peer)
          await answerRequests(peer)
        }),
      ...{level: 'warn', area: 'session', code: 'no-archive', status: 69},
      words: '--warn-fails --only session',
    },
    'a refused sign-in': {
      start: () =>
        startServer(async (peer: Peer) => {
          await peer.open(offer('PLAIN'))
          await peer.read('</auth>')
          peer.write(`<failure xmlns='${NS_SASL}'><not-authorized/></failure>`)
        }),
      ...{level: 'fail', area: 'auth', code: 'not-authorized', status: 77},
    },
    'silence after the sign-in': {
      start: () =>
        startServer(async (peer) => {
          await signInClient(peer)
        }),
      ...{level: 'fail', area: 'session', code: 'timeout', status: 124, words: '--timeout 4s'},
    },
    'an answer from another address': {
      start: () =>
        startServer(async (peer) => {
          await signInClient(peer)
          const id = await readRequest(peer)
          peer.write(`<iq type='result' id='${id}' from='evil.example'/>`)
        }),
      ...{level: 'fail', area: 'session', code: 'timeout', status: 124, words: '--timeout 4s'},
    },
    'a closed port, with --only session': {
      start: async () => ({uri: `xmpps://127.0.0.1:${await refusing()}`}),
      ...{level: 'fail', area: 'session', code: 'connection-failed', status: 75},
      words: '--only session',
    },
    'a refused sign-in, with --only session': {
      start: () =>
        startServer(async (peer: Peer) => {
          await peer.open(offer('PLAIN'))
          await peer.read('</auth>')
          peer.write(`<failure xmlns='${NS_SASL}'><not-authorized/></failure>`)
        }),
      ...{level: 'fail', area: 'session', code: 'not-authorized', status: 77},
      words: '--only session',
    },
    'a connection that is cut after the sign-in': {
      start: () =>
        startServer(async (peer) => {
          await signInClient(peer)
          await readRequest(peer)
          peer.reset()
        }),
      ...{level: 'fail', area: 'session', code: 'connection-lost', status: 75},
    },
    'an answer that is too large': {
      start: () =>
        startServer(async (peer) => {
          await signInClient(peer)
          peer.write(`<iq type='result' id='${await readRequest(peer)}'>${'x'.repeat(17_000_000)}`)
        }),
      ...{level: 'fail', area: 'session', code: 'too-large', status: 76},
    },
    'stream features that are too large': {
      start: () => startServer((peer) => peer.open(`<a>${'x'.repeat(5_000_000)}</a>`)),
      ...{level: 'fail', area: 'auth', code: 'too-large', status: 76, words: 'localhost'},
    },
    'an answer that is not XMPP': {
      start: () => startServer(async (peer) => peer.write('HTTP/1.1 400 Bad Request\r\n\r\n')),
      ...{level: 'fail', area: 'auth', code: 'bad-xml', status: 76},
    },
    'a certificate that expires soon': {
      start: () => startServer((peer) => peer.open(offer('SCRAM-SHA-256'))),
      ...{level: 'warn', area: 'tls', code: 'certificate-expires-soon', status: 76},
      words: 'localhost --min-days 60 --warn-fails',
    },
  }

  for (const [name, {area, code, level, start, status, words = ''}] of Object.entries(faults))
    it(`${name}: ${code}`, async () => {
      const outcome = await run(`check ${words} --json`, {at: await start()})
      const result = JSON.parse(outcome.stdout)
      assertMatchesSchema(result, 'check')
      const found = result.findings.find((finding: Found) => finding.code === code)
      assert.deepEqual([found?.area, found?.level], [area, level], outcome.stdout)
      assert.ok(found.hint !== null || level === 'fail')
      assert.equal(outcome.status, status)
      assert.equal(result.worst, level)
      assert.equal(outcome.stderr.startsWith('xmpp: '), status !== 0)
    })

  it('prints a finding and its hint, without control characters', async () => {
    const at = await startServer((peer) => peer.open(offer('PLAIN\u202e', 'PLAIN')))
    const {status, stdout} = await run('check localhost --only auth', {at})
    assert.equal(status, 0)
    const [first, second] = stdout.split('\n')
    assert.match(first ?? '', /^warn {2}auth {5}The server offers only PLAIN/)
    assert.match(second ?? '', /^ {15}Enable SCRAM-SHA-256/)
    const {stdout: json} = await run('check localhost --only auth --json', {at})
    assert.ok(json.includes('PLAIN\u202e'))
  })

  it('signs in only with a password, and only for an account', async () => {
    const at = await startServer((peer) => peer.open(offer('SCRAM-SHA-256')))
    const {status, stdout} = await run('check --json', {at, env: {XMPP_PASSWORD: ''}})
    const codes = JSON.parse(stdout).findings.map(({code}: Found) => code)
    assert.deepEqual([status, codes.includes('no-password')], [0, true])
    const domain = await run('check localhost --json', {at})
    assert.ok(!domain.stdout.includes('"session"'))
  })

  it('invalid arguments do not connect', async () => {
    const at = {uri: 'xmpp://127.0.0.1:1'}
    assert.equal((await failure(65, 'check @', {at})).code, 'malformed-jid')
    assert.equal((await failure(2, 'check --only dns,all', {at})).code, 'usage')
    await failure(2, 'check --min-days -1', {at})
  })

  for (const [name, startGood] of Object.entries({prosody: startProsody, ejabberd: sharedEjabberd}))
    describe(`a correct server (${name})`, () => {
      it('has no findings', async () => {
        const server = await startGood({users: ['alice'], archive: true})
        try {
          const env = environment(server, 'alice')
          for (const uri of [
            `xmpps://127.0.0.1:${server.tlsPort}`,
            `xmpp://127.0.0.1:${server.port}`,
            server.wsUrl,
          ]) {
            const {status, stdout} = await runXmpp('check --json', {...env, XMPP_SERVER: uri})
            const result = JSON.parse(stdout)
            assertMatchesSchema(result, 'check')
            const wrong = result.findings.filter(({level}: Found) => /warn|fail/.test(level))
            assert.deepEqual([status, result.worst, wrong], [0, 'ok', []])
            const codes = result.findings.map(({code}: Found) => code)
            for (const code of [
              'certificate',
              'mechanisms',
              'archive',
              'stream-management',
              'carbons',
              'upload',
              'clock',
            ])
              assert.ok(codes.includes(code), code)
          }
        } finally {
          await server.stop()
        }
      })
    })
})
