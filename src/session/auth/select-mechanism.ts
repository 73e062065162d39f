/** Selects the strongest of the offered mechanisms (RFC 6120 §6.3.3, RFC 9266, XEP-0440). */
import {EXIT, Failure} from '../../errors.ts'
import type {Account} from '../types.ts'
import {type Mechanism, singleMessageMechanism} from './mechanism.ts'
import {type Offer, scram} from './scram.ts'

const SCRAMS = ['SCRAM-SHA-512', 'SCRAM-SHA-256', 'SCRAM-SHA-1']

export interface Credentials {
  account: Pick<Account, 'anonymous' | 'jid' | 'password' | 'trust'>
  /** tls-exporter data of the connection, if available. */
  binding: Buffer | undefined
}

export async function chooseMechanism(
  offer: Offer,
  {account: {anonymous, jid, password, trust}, binding}: Credentials,
): Promise<Mechanism> {
  const {bare, local: username = ''} = jid
  const certificate = trust.cert !== undefined
  const verified = !trust.insecure
  const offered = (name: string): boolean => offer.mechanisms.includes(name)
  if (anonymous) {
    if (offered('ANONYMOUS')) return singleMessageMechanism('ANONYMOUS', Buffer.alloc(0))
    throw noMechanism(offer, 'does not offer anonymous sign-in')
  }
  // The JID is sent explicitly (XEP-0178 §2): a certificate for another JID must not sign in as that JID.
  if (certificate && offered('EXTERNAL'))
    return singleMessageMechanism('EXTERNAL', Buffer.from(bare))
  const bindable = binding && (offer.bindings?.includes('tls-exporter') ?? true)
  const plus = bindable ? SCRAMS.map((name) => `${name}-PLUS`).find(offered) : undefined
  const name = plus ?? SCRAMS.find(offered)
  if (name) {
    const bindingUnused =
      binding !== undefined && !offer.mechanisms.some((m) => m.endsWith('-PLUS'))
    const secret = await prepare(await password())
    return scram(name, {binding, bindingUnused, offer, password: secret, username, verified})
  }
  // Only a server whose certificate was verified may receive the password in clear.
  if (offered('PLAIN') && verified)
    return singleMessageMechanism(
      'PLAIN',
      Buffer.from(`\0${username}\0${await prepare(await password())}`),
    )
  if (certificate) throw noMechanism(offer, 'does not accept the client certificate')
  throw noMechanism(
    offer,
    offered('PLAIN')
      ? 'accepts the password only in clear, which needs a verified certificate'
      : 'offers no authentication mechanism that this client supports',
  )
}

function noMechanism({mechanisms}: Offer, what: string): Failure {
  const offered = mechanisms.join(', ') || 'nothing'
  return new Failure('no-mechanism', `The server ${what}`, EXIT.noPermission, {
    stage: 'auth',
    hint: `It offers ${offered}`,
  })
}

/** RFC 4013: only characters outside ASCII need the tables. */
async function prepare(password: string): Promise<string> {
  if (/^[\x20-\x7e]*$/.test(password)) return password
  const {saslprep} = await import('@mongodb-js/saslprep')
  return saslprep(password, {allowUnassigned: true})
}
