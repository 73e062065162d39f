/**
 * Resolves in the next turn of the event loop. By then, the handlers of all promises that are settled now have run, in
 * any number of steps: all stanzas that arrived before have reached their readers.
 */
export {setImmediate as nextTurn} from 'node:timers/promises'
