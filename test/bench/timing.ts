/** Measures programs alternately, so that the load of the machine affects all of them equally. */
import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {closeSync, openSync} from 'node:fs'
import {text} from 'node:stream/consumers'
import type {Testbed} from './testbed.ts'

/** A program to run from start to exit. */
export interface Task {
  command: string
  args: string[]
  env: NodeJS.ProcessEnv
  /** A file that it reads as standard input; default: nothing. */
  input?: string
  /** A file that gets its standard output; by default it is discarded. */
  output?: string
  /** Prepares each run; the time it takes is not measured. */
  before?(): void
}

export function launch({command, args, env, input, output}: Task): ChildProcess {
  const stdin = input === undefined ? 'ignore' : openSync(input, 'r')
  const stdout = output === undefined ? 'ignore' : openSync(output, 'w')
  const child = spawn(command, args, {env, stdio: [stdin, stdout, 'pipe']})
  for (const file of [stdin, stdout]) if (typeof file === 'number') closeSync(file)
  return child
}

/** Milliseconds from start to exit; a program that fails has no time. */
export async function wall(task: Task): Promise<number> {
  task.before?.()
  const started = performance.now()
  const child = launch(task)
  const ended = once(child, 'exit').then(() => performance.now())
  await succeed(child)
  return (await ended) - started
}

/** Resolves with its stderr; rejects with the stderr unless it exits with 0. */
export async function succeed(child: ChildProcess): Promise<string> {
  const closed = once(child, 'close')
  const stderr = child.stderr ? await text(child.stderr) : ''
  const [status, signal] = await closed
  if (status === 0) return stderr
  const reason = /^\w*Error.*$/m.exec(stderr)?.[0] ?? stderr.trim() // from the report of Node about a crash
  throw new Error(`${child.spawnargs.join(' ')} ended with ${status ?? signal}: ${reason}`)
}

/** The median of each measurement, or another summary; they run alternately: A B A B … */
export async function inTurns<K extends string>(
  testbed: Testbed,
  usual: number,
  measurements: Record<K, () => Promise<number>>,
  sumUp: (values: readonly number[]) => number = median,
): Promise<Record<K, number>> {
  const names = Object.keys(measurements) as K[]
  const results = new Map<K, number[]>(names.map((name) => [name, []]))
  for (const name of names) await measurements[name]() // fills the file cache of the system
  for (let run = 0; run < testbed.runs(usual); run++)
    for (const [name, values] of results) values.push(await measurements[name]())
  for (const [name, values] of results)
    testbed.note(`  ${name}: ${values.map((value) => value.toFixed(0)).join(' ')}`)
  const sums = names.map((name) => [name, sumUp(results.get(name) ?? [])])
  return Object.fromEntries(sums) as Record<K, number>
}

/** NaN for an empty list. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  const [low = NaN, high = NaN] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]]
  return (low + high) / 2
}
