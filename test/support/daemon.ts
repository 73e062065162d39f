/** A server process: waits until it has started, and ends it with this process at the latest. */
import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {closeSync, openSync, readFileSync} from 'node:fs'
import {setTimeout as sleep} from 'node:timers/promises'
import {accepts, greets} from './ports.ts'

export interface DaemonOptions {
  command: string
  args: string[]
  env?: NodeJS.ProcessEnv
  /** Working directory; deleted even if this process ends before `stop`. */
  dir: string
  /** The file to which its output is appended. */
  logFile: string
  /** It has started when it answers XMPP on the first of these and accepts connections on the others, */
  ports: [number, ...number[]]
  /** unless its log has this text: it started, but not as configured. */
  errorPattern: RegExp
}

export interface Daemon {
  pid: number
  stop(): Promise<void>
}

const START_MS = 30_000
const STOP_MS = 5000
const LOG_TAIL = 4000

/** Rejects with the log of the server if it ends or does not start within 30 seconds. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const {command, args, dir, env, logFile} = options
  const log = openSync(logFile, 'a')
  const server = spawn(command, args, {
    cwd: dir,
    detached: true, // Ctrl-C reaches only this process, which stops the server
    env: {...process.env, ...env},
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const failed = once(server, 'error').then(([error]) => error as Error) // e.g. not installed
  if (server.pid === undefined) throw await failed
  const watcherEnded = endWithThisProcess(server, dir)
  const end = async (): Promise<void> => {
    await stop(server)
    await watcherEnded
  }

  try {
    await ready(server, options)
  } catch (error) {
    await end()
    throw error
  }
  return {pid: server.pid, stop: end}
}

const hasEnded = ({exitCode, signalCode}: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null

async function ready(
  server: ChildProcess,
  {command, logFile, ports, errorPattern}: DaemonOptions,
): Promise<void> {
  const log = (): string => readFileSync(logFile, 'utf8')
  const fail = (what: string): never => {
    throw new Error(`${command} ${what}:\n${log().slice(-LOG_TAIL)}`)
  }
  const checkLog = (): void => {
    const line = log().match(errorPattern)?.[0]
    if (line) fail(`logged "${line}"`)
  }
  const deadline = Date.now() + START_MS
  const [xmpp, ...others] = ports
  while (!(await greets(xmpp)) || !(await allAccept(others))) {
    checkLog()
    if (hasEnded(server)) fail('ended')
    if (Date.now() > deadline) fail('did not start within 30 s')
    await sleep(20)
  }
  checkLog()
}

async function allAccept(ports: number[]): Promise<boolean> {
  const answers = await Promise.all(ports.map((port) => accepts(port)))
  return answers.every(Boolean)
}

async function stop(server: ChildProcess): Promise<void> {
  if (hasEnded(server)) return
  const exit = once(server, 'exit')
  server.kill('SIGTERM')
  server.kill('SIGCONT') // a test may have suspended it
  const killTimer = setTimeout(() => server.kill('SIGKILL'), STOP_MS)
  await exit
  clearTimeout(killTimer)
}

/**
 * A shell that reads from a pipe to which only this process can write: when this process ends, even by SIGKILL, the
 * shell reads the end of the file and ends the server. Resolves when the server and then the shell have ended: Node 20
 * was seen to use all of a processor for ever, when it exited before the shell.
 */
async function endWithThisProcess(server: ChildProcess, dir: string): Promise<void> {
  const script = 'read -r never; kill -9 "$0"; rm -rf "$1"'
  const shell = spawn('sh', ['-c', script, String(server.pid), dir], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  shell.unref()
  await once(server, 'exit')
  shell.ref()
  const ended = once(shell, 'exit')
  shell.kill('SIGKILL')
  await ended
}
