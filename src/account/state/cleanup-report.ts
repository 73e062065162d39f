/** Deletes several things; one that cannot be deleted is reported, and does not stop the others. */
import {EXIT, Failure, reasonOf} from '../../errors.ts'

export interface CleanupReport {
  /** Resolves with whether it succeeded. @param what the name of the thing, for the message */
  attempt(what: string, remove: () => Promise<unknown>): Promise<boolean>
  /** Undefined if everything was deleted. @param done what was done, as the start of the message */
  failure(done: string): Failure | undefined
}

export function newCleanupReport(): CleanupReport {
  const remaining: string[] = []
  return {
    async attempt(what, remove) {
      try {
        await remove()
        return true
      } catch (error) {
        remaining.push(`${what} (${reasonOf(error)})`)
        return false
      }
    },
    failure: (done) =>
      remaining.length === 0
        ? undefined
        : new Failure(
            'left-behind',
            `${done}, but this could not be deleted: ${remaining.join('; ')}`,
            EXIT.config,
            {
              stage: 'close',
              hint: 'Correct the cause and try again, or delete it by hand',
            },
          ),
  }
}
