/** Runs the built command in processes that run it again and again: a run costs a quarter of a process of its own. */
import {type ChildProcess, execFileSync, fork} from 'node:child_process'
import path from 'node:path'
import {assertDocuments, type Outcome} from './cli.ts'
import {assertNoCrash, crashLog} from './crashes.ts'

const CRASH_LOG = path.join(import.meta.dirname, 'crash-log.cjs')
const RUNNER = path.join(import.meta.dirname, 'runner.cjs')

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
  const runner = idle.pop() ?? startRunner()
  const {channel} = runner.process
  const reply = replyOf(runner.process)
  channel?.ref()
  runner.process.send({argv, cwd, env, input: Buffer.from(input).toString('base64')})
  const outcome = await reply
  channel?.unref()
  if (++runner.runs < MOST_RUNS) idle.push(runner)
  else runner.process.disconnect()
  assertNoCrash()
  assertDocuments(outcome.stdout, 1)
  return {signal: null, ...outcome}
}

function startRunner(): Runner {
  const started = fork(RUNNER, {
    env: {...process.env, CRASH_LOG: crashLog, LC_ALL: 'C.UTF-8'},
    execArgv: ['--require', CRASH_LOG],
    stdio: ['pipe', 'ignore', 'inherit', 'ipc'],
  })
  started.unref()
  started.channel?.unref()
  return {process: started, runs: 0}
}

type Reply = Pick<Outcome, 'status' | 'stderr' | 'stdout'>

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
