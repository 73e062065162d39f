/** A command that does not exist: says what may have been meant, runs nothing. */
import {distance} from 'fastest-levenshtein'
import {EXIT, Failure} from '../errors.ts'
import {sharedFlags} from './flags.ts'

/** @param ids of all commands: `roster:add` */
export function unknownCommand(words: string[], ids: string[]): Failure {
  // Arguments are among the words: where the command ends is part of the guess.
  const [nearest] = ids
    .map((known) => known.split(':'))
    .map((known) => ({name: known.join(' '), typed: words.slice(0, known.length).join(' ')}))
    .map((guess) => ({...guess, apart: distance(guess.typed, guess.name)}))
    .sort((a, b) => a.apart - b.apart)
  const close = nearest !== undefined && nearest.apart <= Math.max(2, nearest.typed.length / 3)
  const inTopic = ids.some((known) => known.startsWith(`${words[0]}:`))
  const typed = close ? nearest.typed : words.slice(0, inTopic ? 2 : 1).join(' ')
  return new Failure('unknown-command', `There is no command "${typed}"`, EXIT.usage, {
    hint: close ? `Did you mean "xmpp ${nearest.name}"?` : hintFor(typed),
  })
}

const hintFor = (word: string): string =>
  Object.hasOwn(sharedFlags, word.replace(/^--/, '').replace(/=.*/, ''))
    ? 'Flags go behind the command: xmpp send juliet@example.com hello --json'
    : 'See xmpp help'
