/** The colours that renderers are handed, so that they decide nothing and stay pure. */
import {Chalk, type ChalkInstance} from 'chalk'

/** Level 1 is the terminal's own sixteen colours: they follow the theme that the reader chose. */
export function palette(colour: boolean): ChalkInstance {
  return new Chalk({level: colour ? 1 : 0})
}
