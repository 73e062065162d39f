/** A value that cannot be used is told by the name under which it was given: the flag, the variable, the table. */
import {EXIT, Failure, toFailure} from '../../errors.ts'
import {lookup, type Sources, withConfigErrors} from './lookup.ts'
import type {OptionKey} from './options.ts'

const KEY_OF: Record<string, OptionKey> = {
  'bad-client-cert': 'client_cert',
  'bad-proxy': 'proxy',
  'bad-server': 'server',
  'bad-tls-pin': 'tls_pin',
}

/** What a session says of its account's values; all other failures stay as they are. */
export function attributeError(error: unknown, sources: Sources): Failure {
  const failure = toFailure(error)
  const key = KEY_OF[failure.code]
  const given = key && lookup(key, sources)
  if (!given) return failure
  const {code, hint, message} = failure
  const told = new Failure(code, message, EXIT.usage, {
    hint: code === 'bad-server' && hint ? hint : `Check ${given.origin}`,
    cause: error,
  })
  try {
    return withConfigErrors(given, () => {
      throw told
    })
  } catch (error) {
    return toFailure(error)
  }
}
