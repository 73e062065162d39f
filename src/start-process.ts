/** Starts a child process, and emits each error of the start: Node throws some of them, such as ENOTDIR and ETXTBSY. */
import {ChildProcess, type SpawnOptions, spawn} from 'node:child_process'

export function startProcess(
  program: string,
  args: readonly string[],
  options: SpawnOptions,
): ChildProcess {
  try {
    return spawn(program, args, options)
  } catch (error) {
    const child = new ChildProcess()
    process.nextTick(() => {
      child.emit('error', error)
      child.emit('close', null, null)
    })
    return child
  }
}
