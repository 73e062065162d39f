/** One run of a served program: the fields of the form on stdin and in the environment, and its output. */
import {reasonOf} from '../../errors.ts'
import type {Answers} from '../../protocol/core/data-form.ts'
import {commandEnvironment, fitsVariable} from '../process/environment.ts'
import {endGroup, startProgram} from '../process/process-group.ts'
import {variableOf} from './definition.ts'
import type {ServedCommand} from './directory.ts'

export interface ProgramOutcome {
  /** The exit status; null when the program did not end by itself. */
  status: number | null
  signal: NodeJS.Signals | null
  /** Why it was ended, or could not start. */
  problem: string | null
  stdout: Buffer
}

/** A stanza cannot carry more on most servers. */
const MOST_OUTPUT = 256 * 1024

/** A process that the program left in the background may keep its stdout open. */
const DRAIN_MS = 1000

/** The program is a child without a shell. @param signal ends it. Never rejects. */
export async function runProgram(
  command: ServedCommand,
  {fields, from}: {fields: Answers; from: string},
  signal: AbortSignal,
): Promise<ProgramOutcome> {
  const {node, program, timeout} = command
  const env = programEnvironment(command, from, fields)
  const child = startProgram(program, {env, stdio: ['pipe', 'pipe', 2]})
  child.stdin?.on('error', () => {}) // the program need not read
  child.stdin?.end(`${JSON.stringify({command: node, from, fields: inputOf(command, fields)})}\n`)
  const chunks: Buffer[] = []
  let size = 0
  let problem: string | null = null
  const stop = (reason: string): void => {
    problem ??= reason
    void endGroup(child)
  }
  child.stdout?.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size <= MOST_OUTPUT) chunks.push(chunk)
    else stop(`its output is larger than ${MOST_OUTPUT / 1024} KiB`)
  })
  const onAbort = (): void => stop('the run ended')
  const timer = setTimeout(() => stop(`it took longer than ${timeout / 1000} s`), timeout)
  signal.addEventListener('abort', onAbort)
  if (signal.aborted) onAbort()
  try {
    return await new Promise<ProgramOutcome>((resolve) => {
      child.once('error', (error) => {
        if (child.pid === undefined)
          resolve({
            status: null,
            signal: null,
            problem: `it cannot start: ${reasonOf(error)}`,
            stdout: Buffer.alloc(0),
          })
      })
      child.once('exit', () => void setTimeout(() => child.stdout?.destroy(), DRAIN_MS).unref())
      child.once('close', (status, signal) =>
        resolve({status, signal, problem, stdout: Buffer.concat(chunks)}),
      )
    })
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
}

/** A field that takes several values is a list. */
function inputOf({fields}: ServedCommand, answers: Answers): Record<string, string | string[]> {
  return Object.fromEntries(
    fields.map(({name, type}) => {
      const values = answers[name] ?? []
      return [name, type.endsWith('-multi') ? values : (values[0] ?? '')]
    }),
  )
}

function programEnvironment(
  {fields, node}: ServedCommand,
  from: string,
  answers: Answers,
): NodeJS.ProcessEnv {
  const env = commandEnvironment({from, node}, process.env)
  for (const name of Object.keys(env)) if (name.startsWith('XMPP_FIELD_')) delete env[name]
  for (const {name} of fields) {
    const value = (answers[name] ?? []).join('\n')
    if (fitsVariable(value)) env[variableOf(name)] = value
  }
  return env
}
