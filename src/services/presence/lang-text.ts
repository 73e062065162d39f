/** Texts by language, as arguments: `de=Mittagspause` (tags of RFC 5646). */
import {EXIT, Failure} from '../../errors.ts'

const LANG_TEXT = /^([a-z]{2,8}(?:-[a-z\d]{1,8})*)=(.+)$/is

export function parseLangTexts(words: string[] = []): Record<string, string> {
  return Object.fromEntries(words.map(parseLangText))
}

function parseLangText(word: string): [lang: string, text: string] {
  const [, lang, text] = LANG_TEXT.exec(word) ?? []
  if (lang && text) return [lang, text]
  throw new Failure('usage', `"${word}" is not LANG=TEXT`, EXIT.usage, {
    hint: 'Give a language tag and a text, such as de=Mittagspause',
  })
}
