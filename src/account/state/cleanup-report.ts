/** Removing several things: what cannot be removed is named, and keeps nothing else from going. */
import {EXIT, Failure} from '../../errors.ts'

export interface CleanupReport {
  /** Whether it went well. @param what is left when it does not; for a sentence */
  attempt(what: string, remove: () => Promise<unknown>): Promise<boolean>
  /** Undefined where nothing is left. @param done what was done nevertheless, as the start of a sentence */
  failure(done: string): Failure | undefined
}

export function newCleanupReport(): CleanupReport {
  const left: string[] = []
  return {
    async attempt(what, remove) {
      try {
        await remove()
        return true
      } catch (error) {
        left.push(`${what} (${reasonOf(error)})`)
        return false
      }
    },
    failure: (done) =>
      left.length === 0
        ? undefined
        : new Failure('left-behind', `${done}, but this is left: ${left.join('; ')}`, EXIT.config, {
            stage: 'close',
            hint: 'Try again when that is mended, or remove it by hand',
          }),
  }
}

/** Without a path that the sentence around it names already. */
export function reasonOf(error: unknown): string {
  if (error instanceof Failure) return error.message
  const {code, message} = error as NodeJS.ErrnoException
  return code ?? message
}
