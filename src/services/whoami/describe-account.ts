/** What `whoami` shows: the account, its settings, and how it has signed in. */
import {explain} from '../../account/explain.ts'
import type {Settings} from '../../account/settings.ts'
import {xmppUri} from '../../jid.ts'

/** The properties of a session; it opens none with --offline. */
interface SignInResult {
  jid: string
  mechanism: string
  server: {kind: string; host: string; port: number}
  tls: {protocol: string; cipher: string; channelBinding: boolean}
}

export function describeAccount(settings: Settings, bound: SignInResult | undefined) {
  const {account = null, jid, secret} = settings
  return {
    account,
    jid: bound?.jid ?? jid.full,
    uri: xmppUri(jid),
    server: bound?.server ?? null,
    mechanism: bound?.mechanism ?? null,
    by: bound ? credentialOf(bound.mechanism) : null,
    tls: bound?.tls ?? null,
    password: {source: secret.kind, origin: secret.origin, detail: secret.detail},
    values: explain(settings),
  }
}

function credentialOf(mechanism: string): 'password' | 'token' | 'certificate' | 'nothing' {
  if (mechanism.startsWith('HT-')) return 'token' // XEP-0484
  if (mechanism === 'EXTERNAL') return 'certificate'
  return mechanism === 'ANONYMOUS' ? 'nothing' : 'password'
}
