/** `listen --save-files`: slow, false and hostile files. */
import assert from 'node:assert/strict'
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {answer, answerRequests, readRequest, signInClient} from '../support/admit.ts'
import {finish, linesOf, start} from '../support/cli.ts'
import {type HttpExchange, type HttpsService, startHttpsService} from '../support/https-service.ts'
import {assertMatchesSchema} from '../support/schema.ts'
import {authority, newScriptedSession} from '../support/scripted-session.ts'

const TEXT = Buffer.from('The rest is silence')
const pair = authority.issue({domains: ['localhost']})

interface Sent {
  url: string
  name?: string
  size?: number
  hash?: string
}

let serial = 0

function messageWith(...files: Sent[]): string {
  const sharing = files.map(
    ({hash, name, size, url}) => `<file-sharing xmlns='urn:xmpp:sfs:0'>
      <file xmlns='urn:xmpp:file:metadata:0'>${name === undefined ? '' : `<name>${name}</name>`}${
        size === undefined ? '' : `<size>${size}</size>`
      }${hash === undefined ? '' : `<hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>${hash}</hash>`}</file>
      <sources><url-data xmlns='http://jabber.org/protocol/url-data' target='${url}'/></sources>
    </file-sharing>`,
  )
  return `<message from='bob@localhost/desk' to='alice@localhost/here' type='chat' id='m${serial++}'>
    <body>${files[0]?.url ?? 'text'}</body>${sharing.join('')}</message>`
}

describe('listen --save-files', () => {
  const {closeAfterEach, env, startServer} = newScriptedSession()
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'inbox-'))
  })
  afterEach(() => rmSync(dir, {recursive: true}))

  async function web(answer?: (exchange: HttpExchange) => boolean): Promise<HttpsService> {
    const service = closeAfterEach(await startHttpsService(pair, answer))
    service.stored.set('/a.txt', TEXT)
    return service
  }

  async function listenTo(messages: string[], flags = '') {
    const at = await startServer(async (peer) => {
      await signInClient(peer)
      answer(peer, await readRequest(peer))
      peer.write(messages.join(''))
      await answerRequests(peer)
    })
    const child = start(`exec xmpp listen --json --save-files ${dir} ${flags}`, env(at))
    return {child, next: linesOf(child.stdout)}
  }

  /** Runs the command, and resolves with its events. */
  async function listen(messages: string[], flags = '') {
    const {child} = await listenTo(messages, `--count ${messages.length} ${flags}`)
    const {status, stdout} = await finish(child)
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    for (const event of events) assertMatchesSchema(event, 'events')
    assert.deepEqual([status, events.at(-1).event], [0, 'end'])
    return events.filter(({event}) => event === 'file')
  }

  it('saves files under safe names, and replaces no file', async () => {
    const {url} = await web()
    const names = [
      '../up',
      '/etc/passwd',
      '.profile',
      '-rf',
      'a\\b',
      'a.txt',
      'a.txt',
      '\u202etxt.exe',
    ]
    writeFileSync(path.join(dir, 'a.txt'), 'mine')
    const files = await listen(names.map((name) => messageWith({url: url('a.txt'), name})))
    assert.ok(files.every(({error, sha256}) => error === null && /^[\da-f]{64}$/.test(sha256)))
    assert.deepEqual(readdirSync(dir).toSorted(), [
      ...['_._up', '_etc_passwd', '_profile', '_rf', '_txt.exe'],
      ...['a-1.txt', 'a-2.txt', 'a.txt', 'a_b'],
    ])
    assert.equal(readFileSync(path.join(dir, 'a.txt'), 'utf8'), 'mine')
    for (const {path: file} of files) assert.ok(readFileSync(file).equals(TEXT))
  })

  it('saves no file that differs from its announcement or is refused', async () => {
    const {url} = await web()
    const cases: [Sent, string][] = [
      [{url: url('a.txt'), size: 18}, 'file-mismatch'],
      [{url: url('a.txt'), hash: Buffer.alloc(32).toString('base64')}, 'file-mismatch'],
      [{url: url('a.txt'), size: 999_999_999}, 'too-large'],
      [{url: url('missing')}, 'not-found'],
      [{url: 'http://localhost/a'}, 'bad-url'],
      [{url: 'file:///etc/passwd'}, 'bad-url'],
      [{url: 'aesgcm://localhost/a#00'}, 'encrypted-file'],
    ]
    const files = await listen(cases.map(([file]) => messageWith(file)))
    const codes = new Map(files.map(({error, messageId}) => [messageId, error?.code]))
    const first = serial - cases.length
    assert.deepEqual(
      cases.map((_, i) => codes.get(`m${first + i}`)),
      cases.map(([, code]) => code),
    )
    assert.ok(files.every(({path: file}) => file === null))
    assert.deepEqual(readdirSync(dir), [])
  })

  it('a file above --max-file-size is not read to its end', async () => {
    const service = await web(({response}) => {
      response.writeHead(200) // without a Content-Length
      const flood = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      }
      response.on('drain', flood)
      flood()
      return true
    })
    const [file] = await listen([messageWith({url: service.url('a.txt')})], '--max-file-size 1M')
    assert.equal(file.error.code, 'too-large')
    assert.deepEqual(readdirSync(dir), [])
  })

  it('a slow download delays no message, and is reported at the end of the run', async () => {
    let onRequest = (): void => {}
    const requested = new Promise<void>((resolve) => {
      onRequest = resolve
    })
    const service = await web(({request}) => {
      if (request.url !== '/slow') return false
      onRequest()
      return true // never answered
    })
    const {child, next} = await listenTo([
      messageWith({url: service.url('slow')}),
      messageWith({url: service.url('a.txt')}),
      messageWith(),
    ])
    const read = async (count: number) => {
      const events = []
      while (events.length < count) events.push(JSON.parse(await next()))
      return events
    }
    const events = await read(5)
    assert.deepEqual(events.map(({event}) => event).toSorted(), [
      'file',
      'message',
      'message',
      'message',
      'ready',
    ])
    await requested
    child.kill('SIGINT')
    const [file, end] = await read(2)
    assert.deepEqual([file.event, file.error.code, file.path], ['file', 'interrupted', null])
    assert.deepEqual([end.event, end.reason], ['end', 'signal'])
    assert.equal((await finish(child)).status, 130)
    assert.deepEqual(readdirSync(dir), ['a.txt'])
  })

  it('--exec also runs for each file, one command at a time', async () => {
    const service = await web()
    const log = path.join(dir, '..', `${path.basename(dir)}.log`)
    const messages = [1, 2, 3].map(() => messageWith({url: service.url('a.txt')}))
    await listen(messages, `--exec 'echo "$XMPP_EVENT $XMPP_PATH" >> ${log}'`)
    const lines = readFileSync(log, 'utf8').trim().split('\n').toSorted()
    rmSync(log)
    assert.deepEqual(lines, [
      ...['a-1.txt', 'a-2.txt', 'a.txt'].map((name) => `file ${path.join(dir, name)}`),
      ...['message ', 'message ', 'message '].map((line) => line),
    ])
  })
})
