/**
 * Resolves in the next turn of the event loop. By then, all promises that are settled now have been handled, however
 * many steps that takes: what arrived before is where it belongs.
 */
export {setImmediate as nextTurn} from 'node:timers/promises'
