/** The choices of a question, and which of them a text or a reaction means. */
import {EXIT, Failure} from '../../errors.ts'

export const DEFAULT_CHOICES = ['yes', 'no']

const THUMBS_UP = '👍'
const THUMBS_DOWN = '👎'

/** Skin tones (UTS #51 §2.4), and the selector of the coloured style. */
const VARIATIONS = /[\u{1f3fb}-\u{1f3ff}\u{fe0f}]/gu

/** Throws `usage` (2) for choices that are empty or that an answer could not tell apart. */
export function checkChoices(choices: readonly string[]): string[] {
  const folded = choices.map(fold)
  const repeated = choices.find((_, i) => folded.indexOf(folded[i] ?? '') !== i)
  if (folded.includes('')) throw new Failure('usage', 'A choice is empty', EXIT.usage)
  if (repeated !== undefined)
    throw new Failure('usage', `The choice "${repeated}" is given twice`, EXIT.usage, {
      hint: 'Upper and lower case count as the same',
    })
  return choices.map((choice) => choice.trim())
}

export function choiceOfText(text: string, choices: readonly string[]): string | undefined {
  return choices.find((choice) => fold(choice) === fold(text))
}

/** Thumbs up and down stand for two choices. Undefined for reactions that name none of them, or several. */
export function choiceOfEmojis(
  emojis: readonly string[],
  choices: readonly string[],
): string | undefined {
  const named = new Set(emojis.flatMap((emoji) => choiceOfEmoji(emoji, choices) ?? []))
  return named.size === 1 ? [...named][0] : undefined
}

function choiceOfEmoji(emoji: string, choices: readonly string[]): string | undefined {
  const plain = emoji.replace(VARIATIONS, '')
  const same = choices.find((choice) => choice.replace(VARIATIONS, '') === plain)
  const [first, second] = choices
  if (same !== undefined || choices.length !== 2) return same
  const [up, down] = fold(first ?? '') === 'no' ? [second, first] : [first, second]
  return {[THUMBS_UP]: up, [THUMBS_DOWN]: down}[plain]
}

const fold = (text: string): string => text.normalize('NFC').trim().toLowerCase()
