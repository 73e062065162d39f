/** RFC 4013: the characters of a password <https://www.rfc-editor.org/rfc/rfc4013> */
import {randomBytes} from 'node:crypto'
import {EXIT, Failure} from '../../errors.ts'

/**
 * Throws `bad-password` (65) for characters that SASL (§2.3) and XML cannot carry: control characters, noncharacters,
 * lone surrogates. @param origin the source of the password, for the hint
 */
export async function checkPassword(password: string, origin: string): Promise<void> {
  if (/^[\x20-\x7e]+$/.test(password)) return
  const {saslprep} = await import('@mongodb-js/saslprep')
  try {
    if (saslprep(password, {allowUnassigned: true}) !== '') return
  } catch {
    // The message of this error does not name the character either.
  }
  throw new Failure(
    'bad-password',
    'The password contains a character that is not allowed, such as a tab or another control character',
    EXIT.data,
    {hint: `It comes from ${origin}`},
  )
}

/** 144 random bits, in characters that need no quoting in shells, forms and mail. */
export const generatePassword = (): string => randomBytes(18).toString('base64url')
