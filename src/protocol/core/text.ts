/** RFC 6120 §11 and XML 1.0 §2.2: text that people and programs hand us, made fit for a stanza. */
import {stripVTControlCharacters} from 'node:util'
import {EXIT, Failure} from '../../errors.ts'
import {forbiddenAt} from '../../xml.ts'

export interface TextRules {
  /** Show colour codes instead of taking them out. */
  keepAnsi?: boolean | undefined
  /** Take out what XML cannot carry instead of refusing it. */
  clean?: boolean | undefined
}

const ESC = '\u{1b}'
const VISIBLE_ESC = '\u{241b}'

/** What a program wrote for a terminal, as text: without colours, in characters that XML can carry. */
export function plainText(text: string, {clean, keepAnsi}: TextRules = {}): string {
  const shown = keepAnsi ? text.replaceAll(ESC, VISIBLE_ESC) : stripVTControlCharacters(text)
  return clean
    ? withoutForbidden(shown)
    : checkText(shown, 'The text', 'Take it out, or let --clean do it')
}

/** Throws 65 for a character that XML cannot carry, not even escaped. */
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

/** Code points: what people and other languages count. */
export const countCharacters = (text: string): number => Array.from(text).length

/** RFC 5646 §2.1: how a tag of a language looks; whether there is such a language is not looked up. */
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
