/** A password nobody has to remember: 144 bits, of letters that survive shells, forms and dictation by mail. */
import {randomBytes} from 'node:crypto'

export const generatePassword = (): string => randomBytes(18).toString('base64url')
