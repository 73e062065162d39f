/** ejabberd from the packages of the system, with separate configuration and data. */
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import type {IncomingMessage} from 'node:http'
import https from 'node:https'
import path from 'node:path'
import {text} from 'node:stream/consumers'
import {type EjabberdHosts, ejabberdConfig} from './ejabberd-config.ts'
import {runServer, type ServerLayout, type ServerOptions, type TestServer} from './server.ts'

/** Starts in about three seconds; rejects with the log of the server if it does not start. */
export async function startEjabberd(
  options: ServerOptions & EjabberdHosts & {node?: ErlangNode} = {},
): Promise<TestServer> {
  const {anonymousHost, domain = 'localhost'} = options
  const library = findLibrary()
  const fast = existsSync(path.join(library, 'ebin/mod_auth_fast.beam'))
  const hosts = [`conference.${domain}`, `pubsub.${domain}`, `upload.${domain}`]
  if (anonymousHost) hosts.push(anonymousHost)
  return runServer(options, hosts, (layout) => {
    const config = layout.file('ejabberd.yml')
    writeFileSync(config, ejabberdConfig({...options, ...layout, fast}))
    return {
      name: 'ejabberd',
      // Not through ejabberdctl: it runs only for root and the user of the package, and its nodes have names, so that
      // they start a name daemon that continues to run. A node without a name needs neither.
      command: 'erl',
      args: [
        ...['-noinput', '-s', 'ejabberd', '-mnesia', 'dir', JSON.stringify(layout.file('spool'))],
        ...['+sbwt', 'none'], // no busy waiting: the tests want the processor
        ...(options.node ? nodeArguments(options.node) : []),
      ],
      env: {
        EJABBERD_CONFIG_PATH: config,
        EJABBERD_LOG_PATH: layout.file('ejabberd.log'),
        EJABBERD_MSGS_PATH: layout.dir, // without translations: reading them takes a tenth of the start
        ERL_CRASH_DUMP_BYTES: '0',
        ERL_LIBS: path.dirname(library),
        HOME: layout.dir,
      },
      errorPattern: /Failed to start .*|Failed to open socket.*/,
      wsPath: '/ws',
      async addUser({jid, password}) {
        const [user, host] = jid.split('@')
        await callApi(layout, 'register', {user, host, password})
      },
    }
  })
}

/** For a cluster: an address of loopback, and a port that all nodes share. */
export interface ErlangNode {
  address: string
  port: number
}

export const nodeName = ({address}: ErlangNode): string => `ejabberd@${address}`

/** A node with a name, which needs no name daemon, because its port is known. */
const nodeArguments = (node: ErlangNode): string[] => [
  ...['-name', nodeName(node), '-setcookie', 'loopback'],
  ...['-start_epmd', 'false', '-erl_epmd_port', String(node.port)],
  ...['-kernel', 'inet_dist_use_interface', `{${node.address.replaceAll('.', ',')}}`],
]

/** The folder of its code, which differs by architecture; the start script of the package contains it. */
function findLibrary(): string {
  const places = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin']
  const script = places
    .map((place) => path.join(place, 'ejabberdctl'))
    .find((file) => existsSync(file))
  if (!script) throw new Error('ejabberd is not installed: sh scripts/setup.sh')
  const libraries = /^ERL_LIBS='?([^'\n]+)/m.exec(readFileSync(script, 'utf8'))?.[1] ?? ''
  const own = readdirSync(libraries).find((name) => name.startsWith('ejabberd-'))
  if (!own) throw new Error(`There is no ejabberd in ${libraries}`)
  return path.join(libraries, own)
}

const callApi = ({domain, ports}: ServerLayout, command: string, body: object) =>
  callEjabberd({domain, httpsPort: ports.https}, command, body)

/** Runs a command of ejabberd's HTTP API; `api_permissions` lists the allowed ones. Returns the list that it prints. */
export async function callEjabberd(
  {domain, httpsPort}: Pick<TestServer, 'domain' | 'httpsPort'>,
  command: string,
  body: object,
): Promise<string[]> {
  const request = https.request({
    host: '127.0.0.1',
    port: httpsPort,
    path: `/api/${command}`,
    method: 'POST',
    headers: {'content-type': 'application/json', host: domain},
    rejectUnauthorized: false, // an invalid certificate may be what the test is about
    agent: false,
  })
  request.end(JSON.stringify(body))
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve).on('error', reject)
  })
  const answer = await text(response)
  if (response.statusCode !== 200)
    throw new Error(`ejabberd: ${command}: ${response.statusCode} ${answer}`)
  const list: unknown = JSON.parse(answer)
  return Array.isArray(list) ? list : []
}
