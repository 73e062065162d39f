import assert from 'node:assert/strict'
import {createHash, randomUUID, X509Certificate} from 'node:crypto'
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {newAuthority} from '../support/certificates.ts'
import {environment, type Outcome} from '../support/cli.ts'
import {startEjabberd} from '../support/ejabberd.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import type {TestServer} from '../support/server.ts'

const GUESTS = 'guests.localhost'

/** Sign-in without a password: with a certificate, or anonymous; and the pin of a certificate that no CA has signed. */
describe('authentication methods', function () {
  this.timeout(60_000)
  let prosody: TestServer
  let ejabberd: TestServer
  before(async () => {
    prosody = await startProsody({users: ['alice'], anonymousHost: GUESTS})
    ejabberd = await startEjabberd({users: ['alice'], anonymousHost: GUESTS})
  })
  after(async () => {
    await prosody.stop()
    await ejabberd.stop()
  })

  const whoami = (server: TestServer, flags: string, own: NodeJS.ProcessEnv = {}) =>
    runXmpp(`whoami --json ${flags}`, {
      ...environment(server),
      XDG_STATE_HOME: path.join(server.dir, randomUUID()), // a token would be another way in
      ...own,
    })

  function writePair(server: TestServer, jid: string, mode = 0o600, {issue} = server.authority) {
    const dir = path.join(server.dir, 'clients')
    mkdirSync(dir, {recursive: true})
    const {cert, key} = issue({jids: [jid]})
    const files = {cert: path.join(dir, `${jid}.crt`), key: path.join(dir, `${jid}-${mode}.key`)}
    writeFileSync(files.cert, cert)
    writeFileSync(files.key, key, {mode})
    return `--client-cert ${files.cert} --client-key ${files.key}`
  }

  it('SASL EXTERNAL: ejabberd accepts a certificate without a password', async () => {
    const {jid} = ejabberd.account('alice')
    const result = resultOf(await whoami(ejabberd, `${writePair(ejabberd, jid)} --jid ${jid}`))
    assert.equal(result.mechanism, 'EXTERNAL')
    assert.match(result.jid, new RegExp(`^${jid}/`))
  })

  it('SASL EXTERNAL: a certificate of an unknown authority is refused', async () => {
    const {jid} = ejabberd.account('alice')
    const pair = writePair(ejabberd, jid, 0o600, newAuthority())
    const {status, stdout} = await whoami(ejabberd, `${pair} --jid ${jid}`)
    assert.equal(status, 77)
    assert.equal(JSON.parse(stdout).error.code, 'not-authorized')
  })

  it('SASL EXTERNAL: a server that requires passwords refuses (77)', async () => {
    const {jid} = prosody.account('alice')
    const {status, stdout} = await whoami(prosody, `${writePair(prosody, jid)} --jid ${jid}`)
    assert.equal(status, 77)
    assert.equal(JSON.parse(stdout).error.code, 'certificate-refused')
  })

  it('a key that others can read is refused', async () => {
    const {jid} = ejabberd.account('alice')
    const pair = writePair(ejabberd, jid, 0o644)
    const {status, stdout} = await whoami(ejabberd, `${pair} --jid ${jid}`)
    assert.equal(status, 78)
    assert.equal(JSON.parse(stdout).error.code, 'unsafe-file-mode')
  })

  it('SASL ANONYMOUS: Prosody assigns a JID', async () => {
    const result = resultOf(await whoami(prosody, `--anonymous --jid ${GUESTS}`))
    assert.equal(result.mechanism, 'ANONYMOUS')
    assert.match(result.jid, new RegExp(`^[^@]+@${GUESTS}/`))
  })

  it('SASL ANONYMOUS: requests to ejabberd use the JID that it assigned', async () => {
    const {status, stdout} = await runXmpp(`roster list --json --anonymous --jid ${GUESTS}`, {
      ...environment(ejabberd),
      XDG_STATE_HOME: path.join(ejabberd.dir, randomUUID()),
    })
    assert.equal(status, 0, stdout)
    assert.deepEqual(JSON.parse(stdout).contacts, [])
  })

  it('SASL ANONYMOUS: a server that requires accounts refuses (77)', async () => {
    const {status, stdout} = await whoami(prosody, '--anonymous --jid localhost')
    assert.equal(status, 77)
    assert.equal(JSON.parse(stdout).error.code, 'no-mechanism')
  })

  it('--tls-pin replaces the CA', async () => {
    const {jid, password} = prosody.account('alice')
    const own = {XMPP_CA_FILE: '', XMPP_JID: jid, XMPP_PASSWORD: password}
    const certificate = new X509Certificate(readFileSync(path.join(prosody.dir, 'server.crt')))
    const spki = certificate.publicKey.export({type: 'spki', format: 'der'})
    const pin = createHash('sha256').update(spki).digest('base64')
    assert.equal((await whoami(prosody, '', own)).status, 76)
    resultOf(await whoami(prosody, `--tls-pin sha256:${pin}`, own))
    const other = createHash('sha256').update('other').digest('base64')
    assert.equal((await whoami(prosody, `--tls-pin sha256:${other}`, own)).status, 76)
  })
})

function resultOf({status, stderr, stdout}: Outcome) {
  assert.equal(status, 0, stdout + stderr)
  return JSON.parse(stdout) as {jid: string; mechanism: string}
}
