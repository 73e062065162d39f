/** RFC 6120 §11 and XML 1.0 §2.2: prepares text from users and programs for a stanza. */
import {stripVTControlCharacters} from 'node:util'
import {EXIT, Failure} from '../../errors.ts'
import {forbiddenAt} from '../../xml.ts'

export interface TextRules {
  /** Show colour codes instead of removing them. */
  keepAnsi?: boolean | undefined
  /** Remove characters that XML does not allow instead of throwing. */
  clean?: boolean | undefined
}

const ESC = '\u{1b}'
const VISIBLE_ESC = '\u{241b}'

/** Converts the output of a program for a terminal to text: without colour codes, only characters that XML allows. */
export function plainText(text: string, {clean, keepAnsi}: TextRules = {}): string {
  const shown = keepAnsi ? text.replaceAll(ESC, VISIBLE_ESC) : stripVTControlCharacters(text)
  return clean
    ? withoutForbidden(shown)
    : checkText(shown, 'The text', 'Take it out, or let --clean do it')
}

/** Throws `forbidden-character` (65) for a character that XML does not allow, not even escaped. */
export function checkText(text: string, what: string, hint = 'Take it out'): string {
  const offset = forbiddenAt(text)
  if (offset === -1) return text
  const character = text.charCodeAt(offset).toString(16).toUpperCase().padStart(4, '0')
  const place = countCharacters(text.slice(0, offset))
  throw new Failure(
    'forbidden-character',
    `${what} has U+${character} at offset ${place}, which XML cannot carry`,
    EXIT.data,
    {hint},
  )
}

/** The number of code points, as other programming languages count. */
export const countCharacters = (text: string): number => Array.from(text).length

/** RFC 5646 §2.1: checks the syntax of a language tag, not whether the language exists. */
export function checkLang(tag: string): string {
  if (/^(?:[a-z]{2,8}|[ix](?=-))(?:-[a-z\d]{1,8})*$/i.test(tag)) return tag
  throw new Failure('bad-lang', `${JSON.stringify(tag)} is not a tag of a language`, EXIT.data, {
    hint: 'Write it like en, or pt-BR',
  })
}

function withoutForbidden(text: string): string {
  return Array.from(text)
    .filter((character) => forbiddenAt(character) === -1)
    .join('')
}
