import {startProsody} from '../support/prosody.ts'
import {PAGES, testPages} from './transcripts.ts'

describe('transcripts on prosody', function () {
  this.timeout(120_000)
  const seen = new Set<string>()

  /** Whether no command of the step occurs for the first time: those have processes of their own. */
  const isKnown = (step: string): boolean => {
    const commands = step.match(/\bxmpp [a-z]+( [a-z]+(?!\S))?/g) ?? []
    const {size} = seen
    for (const command of commands) seen.add(command)
    return seen.size === size
  }

  testPages(PAGES, startProsody, isKnown)
})
