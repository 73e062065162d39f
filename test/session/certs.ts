/** Certificates for loopback servers, made by openssl for one run. */
import {execFileSync} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'

export interface Pair {
  cert: string
  key: string
}

export interface Authority extends Pair {
  /** Where its certificate is. */
  file: string
  /** @param names as in `DNS:example.org`; @param valid from and to, as in `20200101000000Z` */
  issue(names: string[], valid?: [string, string]): Pair
  remove(): void
}

const ALWAYS: [string, string] = ['20200101000000Z', '20490101000000Z']
const CONFIG = `
[ca]
default_ca = own
[own]
database = index
serial = serial
certificate = ca.pem
private_key = ca.key
new_certs_dir = .
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
`

export function makeAuthority(name = 'Test Authority'): Authority {
  const dir = mkdtempSync(path.join(tmpdir(), 'certs-'))
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, {cwd: dir, stdio: ['ignore', 'ignore', 'pipe']})
  }
  const read = (file: string): string => readFileSync(path.join(dir, file), 'utf8')
  const write = (file: string, text: string): void => writeFileSync(path.join(dir, file), text)
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  write('config', CONFIG)
  write('index', '')
  write('serial', '01\n')
  openssl('req', '-x509', ...newKey, '-subj', `/CN=${name}`, '-keyout', 'ca.key', '-out', 'ca.pem')
  return {
    file: path.join(dir, 'ca.pem'),
    cert: read('ca.pem'),
    key: read('ca.key'),
    issue(names, [from, to] = ALWAYS) {
      write('extensions', names.length > 0 ? `subjectAltName = ${names.join(',')}` : '')
      openssl(
        'req',
        '-new',
        ...newKey,
        '-subj',
        '/CN=leaf',
        '-keyout',
        'leaf.key',
        '-out',
        'leaf.csr',
      )
      const dates = ['-startdate', from, '-enddate', to]
      const files = ['-extfile', 'extensions', '-in', 'leaf.csr', '-out', 'leaf.pem', '-notext']
      openssl('ca', '-batch', '-config', 'config', ...dates, ...files)
      return {cert: read('leaf.pem'), key: read('leaf.key')}
    },
    remove: () => rmSync(dir, {recursive: true}),
  }
}
