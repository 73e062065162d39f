/** Whether a stream gets colour: <https://no-color.org>, <https://force-color.org>. */
import {Chalk, type ChalkInstance} from 'chalk'

/**
 * Decided for each stream, because stdout may be a file while stderr is a terminal. NO_COLOR overrides FORCE_COLOR:
 * missing colour is harmless, escape sequences in a file are not. FORCE_COLOR overrides TERM=dumb and a missing TTY;
 * `0` and `false` turn colour off.
 */
export function colourFor(stream: {isTTY?: boolean}, env: NodeJS.ProcessEnv): boolean {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR) return !['0', 'false'].includes(env.FORCE_COLOR)
  return movesCursor(stream, env)
}

/** Whether a stream is a terminal that supports escape sequences. */
export const movesCursor = (stream: {isTTY?: boolean}, env: NodeJS.ProcessEnv): boolean =>
  stream.isTTY === true && env.TERM !== 'dumb'

/**
 * The colours for renderers, which do not read the environment themselves. Level 1 is the terminal's own sixteen colours:
 * they follow the theme of the terminal.
 */
export function palette(colour: boolean): ChalkInstance {
  return new Chalk({level: colour ? 1 : 0})
}
