/** RFC 4013: what a password may consist of <https://www.rfc-editor.org/rfc/rfc4013> */

import {randomBytes} from 'node:crypto'
import {EXIT, Failure} from '../../errors.ts'

/**
 * Throws `bad-password` (65) for one that no SASL mechanism can carry (§2.3), which is also what XML cannot: control
 * characters, noncharacters, lone surrogates. @param origin who gave it; for a sentence
 */
export async function checkPassword(password: string, origin: string): Promise<void> {
  if (/^[\x20-\x7e]+$/.test(password)) return
  const {saslprep} = await import('@mongodb-js/saslprep')
  try {
    if (saslprep(password, {allowUnassigned: true}) !== '') return
  } catch {
    // Told below; the error's own words name no character either.
  }
  throw new Failure(
    'bad-password',
    'The password has a character that no password may have, such as a tab or another control character',
    EXIT.data,
    {hint: `It comes from ${origin}`},
  )
}

/** A password nobody has to remember: 144 bits, of letters that survive shells, forms and dictation by mail. */

export const generatePassword = (): string => randomBytes(18).toString('base64url')
