/** Commands that change or delete an account need one. */
import {EXIT, Failure} from '../errors.ts'
import type {Settings} from './settings.ts'

/** Throws for an anonymous sign-in: the server has no account to change or to delete. */
export function refuseAnonymous({anonymous}: Settings): void {
  if (anonymous)
    throw new Failure('no-account', 'An anonymous user has no account and no password', EXIT.usage)
}
