/** Whether a stream gets colour: <https://no-color.org>, <https://force-color.org>. */
import {Chalk, type ChalkInstance} from 'chalk'

/**
 * Asked for each stream, since stdout may be a file while stderr is a terminal. NO_COLOR beats
 * FORCE_COLOR: colour that is missing harms no one, escape sequences in a file do. FORCE_COLOR
 * beats TERM=dumb and the missing TTY, which is what it is for; `0` and `false` turn colour off.
 */
export function colourFor(stream: {isTTY?: boolean}, env: NodeJS.ProcessEnv): boolean {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR) return !['0', 'false'].includes(env.FORCE_COLOR)
  return movesCursor(stream, env)
}

/** Whether a stream is a terminal that obeys escape sequences. */
export const movesCursor = (stream: {isTTY?: boolean}, env: NodeJS.ProcessEnv): boolean =>
  stream.isTTY === true && env.TERM !== 'dumb'

/** The colours that renderers are handed, so that they decide nothing and stay pure. */

/** Level 1 is the terminal's own sixteen colours: they follow the theme that the reader chose. */
export function palette(colour: boolean): ChalkInstance {
  return new Chalk({level: colour ? 1 : 0})
}
