/** Downloads that the server refuses, cuts or falsifies, and names that are not safe. */
import assert from 'node:assert/strict'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {newAuthority} from '../support/certificates.ts'
import {environment, type Outcome, sh} from '../support/cli.ts'
import {type HttpExchange, type HttpsService, startHttpsService} from '../support/https-service.ts'
import {runXmpp} from '../support/runner.ts'
import {assertMatchesSchema} from '../support/schema.ts'

const TEXT = Buffer.from('The rest is silence')
const authority = newAuthority()
const pair = authority.issue({domains: ['localhost']})

describe('faults of download', () => {
  let dir: string
  let service: HttpsService
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'download-'))
  })
  afterEach(async () => {
    await service.close()
    rmSync(dir, {recursive: true})
  })

  async function web(answer?: (exchange: HttpExchange) => boolean, by = pair): Promise<void> {
    service = await startHttpsService(by, answer)
    service.stored.set('/note.txt', TEXT)
  }

  /** Runs the command in a new folder, without an account. */
  const download = (words: string) =>
    downloadBy((env) => runXmpp(`download ${words} --json`, env, '', dir))

  async function downloadBy(run: (env: NodeJS.ProcessEnv) => Promise<Outcome>) {
    const ca = path.join(dir, '..', `${path.basename(dir)}.pem`)
    writeFileSync(ca, authority.cert)
    const env = {
      ...environment(),
      XMPP_CA_FILE: ca,
      XDG_CONFIG_HOME: path.join(dir, '..', 'nowhere'),
      URL: service.url('note.txt'),
    }
    const outcome = await run(env)
    rmSync(ca)
    const result = JSON.parse(outcome.stdout)
    assertMatchesSchema(result, outcome.status === 0 ? 'download' : 'error')
    return {...outcome, result, error: result.error, files: readdirSync(dir)}
  }

  it('needs no account', async () => {
    await web()
    const {result, status} = await download('"$URL"')
    assert.deepEqual([status, result.file, result.size], [0, 'note.txt', TEXT.length])
    assert.ok(readFileSync(path.join(dir, 'note.txt')).equals(TEXT))
    const {sha256} = result
    const again = await download(`"$URL" -o a --sha256 ${sha256.toUpperCase()} --size 19`)
    assert.equal(again.status, 0)
  })

  it('another hash or size: 76, and nothing is saved', async () => {
    await web()
    for (const flag of [`--sha256 ${'0'.repeat(64)}`, '--size 18', '--size 20']) {
      const {error, files} = await download(`"$URL" ${flag}`)
      assert.deepEqual([error.code, error.exitCode, files], ['file-mismatch', 76, []], flag)
    }
  })

  it('an incomplete answer: 75, nothing is saved, and a retry starts from the beginning', async () => {
    let cuts = 2
    await web(({response}) => {
      if (cuts-- <= 0) return false
      response.writeHead(200, {'content-length': TEXT.length})
      response.write(TEXT.subarray(0, 5), () => response.destroy())
      return true
    })
    const {error, files} = await download('"$URL"')
    assert.deepEqual([error.code, error.exitCode, files], ['connection-lost', 75, []])
    const {status} = await download('"$URL" --retry 1')
    assert.equal(status, 0)
    assert.ok(readFileSync(path.join(dir, 'note.txt')).equals(TEXT))
    assert.ok(service.headers.every((headers) => !('range' in headers)))
  })

  for (const [status, exitCode, code] of [
    [404, 67, 'not-found'],
    [403, 77, 'forbidden'],
    [302, 76, 'redirected'],
    [503, 75, 'http-unavailable'],
    [204, 69, 'http-refused'],
  ] as const)
    it(`status ${status}: ${exitCode}`, async () => {
      await web(({response}) => {
        response.writeHead(status, {location: '/other.txt'}).end()
        return true
      })
      const {error, files} = await download('"$URL"')
      assert.deepEqual([error.code, error.exitCode, files], [code, exitCode, []])
      assert.deepEqual(service.requests, ['GET /note.txt'])
      if (status === 302) assert.equal(error.hint, `The file may be at ${service.url('other.txt')}`)
    })

  it('the certificate of another CA: 76', async () => {
    await web(undefined, newAuthority('Other').issue({domains: ['localhost']}))
    const {error} = await download('"$URL"')
    assert.deepEqual([error.code, error.exitCode], ['certificate-untrusted', 76])
    assert.deepEqual(service.requests, [])
  })

  it('a file that exists: 73 before the connection; a symbolic link without a target: 73', async () => {
    await web()
    writeFileSync(path.join(dir, 'note.txt'), 'mine')
    const {error} = await download('"$URL"')
    assert.deepEqual([error.code, error.exitCode], ['cannot-create', 73])
    assert.deepEqual(service.requests, [])
    symlinkSync('/nowhere/else', path.join(dir, 'link'))
    assert.equal((await download('"$URL" --output link')).error.exitCode, 73)
    assert.equal((await download('"$URL" --output missing/file')).error.exitCode, 73)
    assert.equal(readFileSync(path.join(dir, 'note.txt'), 'utf8'), 'mine')
    assert.deepEqual(readdirSync(dir).toSorted(), ['link', 'note.txt'])
  })

  it('a folder as --output: the file is saved in it', async () => {
    await web()
    mkdirSync(path.join(dir, 'in'))
    for (const words of ['--output in', '--output in/']) {
      const {result} = await download(`"$URL" ${words}`)
      assert.equal(result.file, 'in/note.txt')
      assert.ok(readFileSync(path.join(dir, 'in/note.txt')).equals(TEXT))
      rmSync(path.join(dir, 'in/note.txt'))
    }
  })

  it('a disk that has no room for all of it: 73, and nothing is saved', async () => {
    await web()
    service.stored.set('/note.txt', Buffer.alloc(6000, 'a'))
    const {error, files} = await downloadBy(
      (env) => sh(`ulimit -f 8; cd ${dir} && xmpp download "$URL" --json`, env), // 4096 bytes
    )
    assert.deepEqual([error.code, error.exitCode, files], ['cannot-create', 73, []])
    assert.match(error.message, /^Cannot write the file from localhost:\d+: /)
  })

  it('names that leave the folder, hide a file or look like a flag: 73', async () => {
    await web()
    for (const name of [
      '..%2Fa',
      '..',
      '.profile',
      '-rf',
      'a%00b',
      'a%5Cb',
      'a%E2%80%AEtxt.exe',
      '',
    ])
      assert.equal((await download(`"${service.url('')}${name}"`)).error.exitCode, 73, name)
    assert.deepEqual(service.requests, [])
  })

  it('addresses that are not https: 65; an encrypted file: 69', async () => {
    await web()
    for (const url of ['http://localhost/a', 'file:///etc/passwd', 'https://a:b@localhost/', 'a'])
      assert.equal((await download(url)).error.code, 'bad-url', url)
    assert.equal((await download('aesgcm://localhost/a#00')).error.exitCode, 69)
    assert.equal((await download('"$URL" --output -')).error.exitCode, 2)
  })
})
