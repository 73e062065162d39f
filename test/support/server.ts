/** The interface of a test server: XMPP on loopback, with its own certificate and accounts. */
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {type Authority, EXPIRED, newAuthority, type Pair, selfSigned} from './certificates.ts'
import {type Daemon, type DaemonOptions, startDaemon} from './daemon.ts'
import {freePort} from './ports.ts'
import {shareCode} from './shared-code.ts'

export interface Account {
  jid: string
  password: string
}

export interface ServerOptions {
  domain?: string
  /** Accounts that exist from the start. */
  users?: string[]
  /** Accounts that may run the ad-hoc commands of administrators. */
  admins?: string[]
  /** Whether any client may create an account; default: open. */
  registration?: 'open' | 'closed'
  /** Whether the server archives the messages of accounts; default: it does. */
  archive?: boolean
  /** The most stanzas that a client may leave unacknowledged; default: that of the server. */
  ackQueue?: number
  /** The largest upload, in bytes; default: that of the server. */
  uploadLimit?: number
  /** Lifetime of a FAST token, and the age at which it is replaced (XEP-0484), in seconds; default: days. */
  tokens?: {lifetime?: number; refreshAge?: number}
  /** The fault of the server's certificate, if it has one. */
  certificate?: 'valid' | 'expired' | 'other-name' | 'self-signed'
  /** The CA of the server's certificate; default: a new one. */
  authority?: Authority
}

export interface TestServer {
  name: 'prosody' | 'ejabberd'
  domain: string
  /** STARTTLS, required. */
  port: number
  /** TLS from the first byte. */
  tlsPort: number
  httpsPort: number
  wsUrl: string
  /** Path of the CA certificate, PEM. */
  ca: string
  /** The CA of the server's certificate, which also signs those of clients (SASL EXTERNAL). */
  authority: Authority
  dir: string
  /** Changes with `restart`. */
  readonly pid: number
  account(name: string): Account
  addUsers(names: string[]): Promise<void>
  /** Ends the process, unless it was killed, and starts it again with the same data and ports. */
  restart(): Promise<void>
  /** Ends the process and deletes its data; a second call does nothing. */
  stop(): Promise<void>
  log(): string
}

interface Ports {
  starttls: number
  tls: number
  https: number
}

/** The files, ports and accounts that are prepared before a server starts. */
export interface ServerLayout {
  domain: string
  dir: string
  /** The path of a file in `dir`; it has `ca.pem`, `server.crt` and `server.key`. */
  file(name: string): string
  ports: Ports
  authority: Authority
}

/** The steps that differ between the servers. */
export interface ServerProgram
  extends Pick<DaemonOptions, 'command' | 'args' | 'env' | 'errorPattern'> {
  name: TestServer['name']
  wsPath: string
  addUser(account: Account): Promise<void>
}

/** @param hosts further names in the server's certificate */
export async function runServer(
  {
    authority = newAuthority(),
    domain = 'localhost',
    users = [],
    certificate = 'valid',
  }: Omit<ServerOptions, 'registration'>,
  hosts: string[],
  programFor: (layout: ServerLayout) => ServerProgram,
): Promise<TestServer> {
  const dir = mkdtempSync(path.join(tmpdir(), 'xmpp-server-'))
  const remove = (): void => rmSync(dir, {force: true, recursive: true})
  try {
    shareCode(path.join(dir, 'xdg-state'))
    const layout = await createLayout(dir, domain, authority)
    writeCertificates(layout, [domain, ...hosts], certificate)
    const program = programFor(layout)
    const daemon = await startDaemon(daemonOptions(layout, program))
    const server = testServer(layout, program, {daemon, remove})
    await server.addUsers(users).catch(async (error) => {
      await server.stop()
      throw error
    })
    return server
  } catch (error) {
    remove()
    throw error
  }
}

async function createLayout(
  dir: string,
  domain: string,
  authority: Authority,
): Promise<ServerLayout> {
  return {
    domain,
    dir,
    file: (name) => path.join(dir, name),
    ports: {starttls: await freePort(), tls: await freePort(), https: await freePort()},
    authority,
  }
}

function writeCertificates(
  {authority, file}: ServerLayout,
  domains: string[],
  kind: NonNullable<ServerOptions['certificate']>,
): void {
  const kinds: Record<typeof kind, () => Pair> = {
    valid: () => authority.issue({domains}),
    expired: () => authority.issue({domains, ...EXPIRED}),
    'other-name': () => authority.issue({domains: ['other.example']}),
    'self-signed': () => selfSigned({domains}),
  }
  const {cert, key} = kinds[kind]()
  writeFileSync(file('ca.pem'), authority.cert)
  writeFileSync(file('server.crt'), cert)
  writeFileSync(file('server.key'), key, {mode: 0o600})
}

function daemonOptions({dir, file, ports}: ServerLayout, program: ServerProgram): DaemonOptions {
  const {command, args, env = {}, errorPattern: trouble} = program
  const inOrder: DaemonOptions['ports'] = [ports.starttls, ports.tls, ports.https]
  return {command, args, env, errorPattern: trouble, dir, logFile: file('log'), ports: inOrder}
}

function testServer(
  layout: ServerLayout,
  program: ServerProgram,
  process: {daemon: Daemon; remove(): void},
): TestServer {
  const {authority, dir, domain, file, ports} = layout
  let {daemon} = process
  const account = (name: string): Account => ({
    jid: `${name}@${domain}`,
    password: `secret-of-${name}`,
  })
  return {
    name: program.name,
    domain,
    port: ports.starttls,
    tlsPort: ports.tls,
    httpsPort: ports.https,
    wsUrl: `wss://127.0.0.1:${ports.https}${program.wsPath}`,
    ca: file('ca.pem'),
    authority,
    dir,
    get pid() {
      return daemon.pid
    },
    account,
    async addUsers(names) {
      for (const name of names) await program.addUser(account(name))
    },
    async restart() {
      await daemon.stop()
      daemon = await startDaemon(daemonOptions(layout, program))
    },
    async stop() {
      await daemon.stop()
      process.remove()
    },
    log: () => readFileSync(file('log'), 'utf8'),
  }
}
