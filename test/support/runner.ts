/** Runs the built command in processes that run it again and again: a run costs a quarter of a process of its own. */
import {type ChildProcess, execFileSync, fork} from 'node:child_process'
import {once} from 'node:events'
import {readFileSync, readlinkSync, statSync} from 'node:fs'
import {type AddressInfo, createServer, type Socket} from 'node:net'
import path from 'node:path'
import {assertDocuments, linesOf, type Outcome, sh} from './cli.ts'
import {assertNoCrash, crashLog} from './crashes.ts'

const CRASH_LOG = path.join(import.meta.dirname, 'crash-log.cjs')
const RUNNER = path.join(import.meta.dirname, 'runner.cjs')
const BIN = path.join(import.meta.dirname, 'runner-bin')

/** Node keeps some memory of each program that it has loaded. */
const MOST_RUNS = 100

interface Runner {
  process: ChildProcess
  runs: number
}

const idle: Runner[] = []

/**
 * As `sh` with `xmpp WORDS`, for tests that need no process: no signals, no terminal, no stream as standard input. A shell
 * expands words that have quotes or variables.
 */
export async function runXmpp(
  words: string,
  env: NodeJS.ProcessEnv,
  input: string | Buffer = '',
  cwd = process.cwd(),
): Promise<Outcome> {
  const argv = expand(words, env, cwd)
  const {status, ...output} = await runJob({argv, cwd, env, input: Buffer.from(input)})
  const [stdout, stderr] = [output.stdout.toString(), output.stderr.toString()]
  assertNoCrash()
  assertDocuments(stdout, 1)
  return {signal: null, status, stderr, stdout}
}

/**
 * As `sh`, but each `xmpp` is a run as in `runXmpp`, also in pipes, lists and loops. It reads its whole input before it
 * starts, and its output arrives when it ends, that on stderr last.
 */
export async function shRunner(command: string, env: NodeJS.ProcessEnv): Promise<Outcome> {
  return sh(command, await runnerEnvironment(env))
}

/** In which `xmpp` is a run as in `shRunner`. */
export async function runnerEnvironment(env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  port ??= listen()
  return {...env, PATH: `${BIN}:${env.PATH}`, RUNNER_PORT: String(await port)}
}

let port: Promise<number> | undefined

async function listen(): Promise<number> {
  const server = createServer(answer).listen(0, '127.0.0.1').unref()
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Runs what the process of `runner-bin/xmpp` was given, and replies with the status and the output. */
async function answer(socket: Socket): Promise<void> {
  const folder = `/proc/${await linesOf(socket)()}`
  const stdin = path.join(folder, 'fd/0')
  const list = (name: string): string[] =>
    readFileSync(path.join(folder, name), 'utf8').split('\0').slice(0, -1)
  const {status, stderr, stdout} = await runJob({
    argv: list('cmdline').slice(2), // after bash and its script
    cwd: readlinkSync(path.join(folder, 'cwd')),
    env: Object.fromEntries(list('environ').map((value) => value.split(/=(.*)/s))),
    input: statSync(stdin).isSocket() ? Buffer.alloc(0) : stdin,
  })
  socket.end(Buffer.concat([Buffer.from(`${status}\0`), stdout, Buffer.from('\0'), stderr]))
}

interface Job {
  argv: string[]
  cwd: string
  env: NodeJS.ProcessEnv
  /** The bytes, or the path of a file. */
  input: Buffer | string
}

interface Reply {
  status: number
  stdout: Buffer
  stderr: Buffer
}

async function runJob(job: Job): Promise<Reply> {
  const runner = idle.pop() ?? startRunner()
  const {channel} = runner.process
  const reply = replyOf(runner.process)
  channel?.ref()
  runner.process.send(job)
  const outcome = await reply
  channel?.unref()
  if (++runner.runs < MOST_RUNS) idle.push(runner)
  else runner.process.disconnect()
  return outcome
}

function startRunner(): Runner {
  const started = fork(RUNNER, {
    env: {...process.env, CRASH_LOG: crashLog, LC_ALL: 'C.UTF-8'},
    execArgv: ['--require', CRASH_LOG],
    serialization: 'advanced', // for the bytes of input and output
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  started.unref()
  started.channel?.unref()
  return {process: started, runs: 0}
}

function replyOf(runner: ChildProcess): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('the process of the run ended'))
    runner.once('exit', ended).once('message', (reply) => {
      runner.off('exit', ended)
      resolve(reply as Reply)
    })
  })
}

/** The words as a shell reads them. */
function expand(words: string, env: NodeJS.ProcessEnv, cwd: string): string[] {
  if (/^[\w ./:=@,+-]*$/.test(words)) return words.split(' ').filter(Boolean)
  const script = `for word in ${words}; do printf '%s\\0' "$word"; done`
  return execFileSync('sh', ['-c', script], {cwd, env, encoding: 'utf8'}).split('\0').slice(0, -1)
}
