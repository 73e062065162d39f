/** Whether a stream gets colour: <https://no-color.org>, <https://force-color.org>. */

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
