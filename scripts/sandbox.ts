/**
 * `npm run sandbox -- COMMAND` runs a command with a private server, and exits with its status.
 * `eval "$(npm run -s sandbox)"` starts one for a shell. It ends with the shell.
 * On a terminal, `npm run sandbox` prints lines for other shells, and runs until Ctrl-C.
 */
import {fork, spawn} from 'node:child_process'
import {once} from 'node:events'
import {constants} from 'node:os'
import path from 'node:path'
import type {BackgroundAnswer} from './sandbox/background.ts'
import {anyEnded, callers} from './sandbox/processes.ts'
import {openSandbox} from './sandbox/sandbox.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const [file, ...args] = process.argv.slice(2)

if (file !== undefined) await runCommand(file)
else if (process.stdout.isTTY) await runUntilStopped()
else await startInBackground()
process.exit() // a caller may still be watched

async function runCommand(file: string): Promise<void> {
  const watched = anyEnded(callers())
  const sandbox = await openSandbox()
  const {INIT_CWD: cwd} = process.env // npm itself runs in the folder of package.json
  const child = spawn(file, args, {cwd, env: sandbox.env(process.env), stdio: 'inherit'})
  for (const name of SIGNALS)
    process.on(name, () => {
      // Ctrl-C reaches the command without this process.
      if (name !== 'SIGINT' || !process.stdin.isTTY) child.kill(name)
    })
  const ended = once(child, 'exit').then(([code, signal]) => code ?? 128 + signalNumber(signal))
  process.exitCode = await Promise.race([
    ended.catch((error: NodeJS.ErrnoException) => {
      process.stderr.write(`sandbox: ${file} cannot be started: ${error.message}\n`)
      return error.code === 'ENOENT' ? 127 : 126
    }),
    watched.then(() => {
      child.kill('SIGTERM')
      return 128 + constants.signals.SIGTERM
    }),
  ])
  await sandbox.stop()
}

const signalNumber = (signal: NodeJS.Signals): number => constants.signals[signal]

async function runUntilStopped(): Promise<void> {
  const stopped = Promise.race(SIGNALS.map((name) => once(process, name)))
  const sandbox = await openSandbox()
  const lines = ['# Paste these lines into other shells. Ctrl-C ends the server.', ...sandbox.lines]
  process.stdout.write(`${lines.join('\n')}\n`)
  await Promise.race([stopped, anyEnded(callers())])
  await sandbox.stop()
}

async function startInBackground(): Promise<void> {
  const script = path.join(import.meta.dirname, 'sandbox/background.ts')
  const child = fork(script, {detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc']})
  const [answer] = (await once(child, 'message')) as [BackgroundAnswer]
  if ('error' in answer) throw new Error(answer.error)
  process.stdout.write(`${answer.lines.join('\n')}\n`)
}
