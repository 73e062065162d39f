/** Names the source of a value that cannot be used: the flag, the variable, the table of the config file. */
import {EXIT, type Failure, toFailure} from '../../errors.ts'
import {tableOf} from '../../table-of.ts'
import {inConfig, lookup, type Sources} from './lookup.ts'
import type {OptionKey} from './options.ts'

const KEY_OF = tableOf<OptionKey>({
  'bad-client-cert': 'client_cert',
  'bad-proxy': 'proxy',
  'bad-server': 'server',
  'bad-tls-pin': 'tls_pin',
})

/** For the failures of a session that a setting has caused. Other failures are returned unchanged. */
export function attributeError(error: unknown, sources: Sources): Failure {
  const failure = toFailure(error)
  const key = KEY_OF.get(failure.code) // the code may be a condition that the server chose
  const given = key && lookup(key, sources)
  if (!given) return failure
  const {code, hint} = failure
  const ownHint = code === 'bad-server' && hint ? hint : `Check ${given.origin}`
  return inConfig(given, failure.with({exitCode: EXIT.usage, hint: ownHint, stage: 'config'}))
}
