/** The end of a run by a signal, or by a closed stdout. */
import {closeSync} from 'node:fs'
import {constants} from 'node:os'
import {isatty} from 'node:tty'
import {Failure} from '../errors.ts'

const controller = new AbortController()

/** Aborts with a `Failure` that has the exit status. */
export const shutdownSignal: AbortSignal = controller.signal

// The time to close the stream.
const CLOSE_MS = 3000

export function shutdown(failure: Failure): void {
  if (shutdownSignal.aborted) process.exit(failure.exitCode)
  controller.abort(failure)
  setTimeout(() => process.exit(failure.exitCode), CLOSE_MS).unref()
}

/** Aborts some time after the signal that ends the run: time to send the input that was read before it. */
export function delayedShutdown(): AbortSignal {
  const delayed = new AbortController()
  const abort = (): void => delayed.abort(shutdownSignal.reason)
  shutdownSignal.addEventListener('abort', () => setTimeout(abort, CLOSE_MS - 1000).unref())
  return delayed.signal
}

type Receiver = (signal: NodeJS.Signals) => void

const FORWARDED = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2'] as const

let receiver: Receiver | undefined

/** Signals go to `receive` and do not end the run, until the returned function is called. */
export function divertSignals(receive: Receiver): () => void {
  receiver = receive
  const listen = (signal: NodeJS.Signals): void => receive(signal)
  const others = FORWARDED.filter((name) => process.listenerCount(name) === 0)
  for (const name of others) process.on(name, listen)
  return () => {
    receiver = undefined
    for (const name of others) process.off(name, listen)
  }
}

/** Node aborts, with a core dump, if it cannot reset a terminal that was closed. It leaves a closed file descriptor alone. */
export function releaseClosedTerminals(): void {
  const terminals = [0, 1, 2].filter((fd) => isatty(fd))
  process.on('exit', () => {
    for (const fd of terminals) if (!isatty(fd)) closeSync(fd)
  })
}

/** The first signal closes the stream and ends the run; a second one ends it at once. */
export function watchSignals(): void {
  for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
    const status = 128 + constants.signals[name]
    process.on(name, () => {
      if (receiver) receiver(name)
      else shutdown(new Failure('interrupted', `Interrupted by ${name}`, status))
    })
  }
}
