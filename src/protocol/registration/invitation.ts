/** XEP-0445: Pre-Authenticated In-Band Registration <https://xmpp.org/extensions/xep-0445.html> */
import {EXIT, Failure} from '../../errors.ts'
import {parseJid} from '../../jid.ts'
import {type Iq, xml} from '../../xml.ts'
import {UNSUPPORTED} from '../core/unsupported.ts'

export const NS_PREAUTH = 'urn:xmpp:pars:0'

export interface Invitation {
  token: string
  /** The address in the URI: of the server, or of the account to be. */
  jid: string | null
}

/** A token by itself, or the `xmpp:` URI that carries it. */
export function parseInvitation(text: string): Invitation {
  if (/^https?:/i.test(text))
    throw badInvitation('This is the address of a web page, not an invitation', {
      hint: 'Open it, and copy the address that begins with xmpp:',
    })
  const [, address = '', query] = /^xmpp:([^?]*)\?(.*)$/i.exec(text) ?? []
  if (query === undefined) return {token: text, jid: null}
  const [action, ...pairs] = query.split(';')
  const encoded = pairs.find((pair) => pair.startsWith('preauth='))?.slice('preauth='.length)
  if (!encoded) throw badInvitation()
  // With ?roster, the address is that of the inviting user; the new account is on the same server.
  const account = action === 'register' ? address : address.replace(/^[^@]*@/, '')
  return {token: decode(encoded), jid: decode(account)}
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw badInvitation()
  }
}

/** Throws `bad-invitation` (65) for another server: a token must be sent only to the server that issued it. */
export function checkInvitation({jid}: Invitation, domain: string): void {
  const own = jid === null ? domain : parseJid(jid).domain
  if (own === domain) return
  throw badInvitation(`The invitation is for ${own}, and the account is to be at ${domain}`, {
    hint: `Choose a JID at ${own}`,
  })
}

function badInvitation(
  message = 'The URI carries no invitation',
  {hint} = {hint: 'An invitation looks like xmpp:example.com?register;preauth=TOKEN'},
): Failure {
  return new Failure('bad-invitation', message, EXIT.data, {hint})
}

/** Shows the token, before registering. Throws `bad-token` (77). */
export async function redeemInvitation(iq: Iq, token: string, domain: string): Promise<void> {
  try {
    await iq.set(xml('preauth', {xmlns: NS_PREAUTH, token}), domain)
  } catch (error) {
    if (!(error instanceof Failure) || !error.condition) throw error
    if (UNSUPPORTED.includes(error.condition))
      throw error.with({
        code: 'no-invitations',
        message: 'The server does not support invitations',
        exitCode: EXIT.unavailable,
        hint: 'Try without --token',
      })
    throw error.with({
      code: 'bad-token',
      message: 'The server does not accept the invitation',
      exitCode: EXIT.noPermission,
      hint: 'It may be used already or have expired. Ask for a new one',
    })
  }
}
