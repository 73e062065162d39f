/** What ends a run from outside: signals, and a reader of stdout that left. */
import {constants} from 'node:os'
import {Failure} from '../errors.ts'

const controller = new AbortController()

/** Aborts with the `Failure` that says with which status to leave. */
export const shutdownSignal: AbortSignal = controller.signal

// A session that cannot even say goodbye within this time is left without.
const FAREWELL_MS = 3000

export function shutdown(failure: Failure): void {
  if (shutdownSignal.aborted) process.exit(failure.exitCode)
  controller.abort(failure)
  setTimeout(() => process.exit(failure.exitCode), FAREWELL_MS).unref()
}

/** The first signal closes the stream and leaves; the second leaves at once. */
export function watchSignals(): void {
  for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
    const status = 128 + constants.signals[name]
    process.on(name, () => {
      shutdown(new Failure('interrupted', `Interrupted by ${name}`, status))
    })
  }
}
