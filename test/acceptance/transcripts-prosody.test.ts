import {startProsody} from '../support/prosody.ts'
import {read} from '../support/repository.ts'
import {PAGES, testPages} from './transcripts.ts'

const TOPICS = Object.keys(JSON.parse(read('package.json')).oclif.topics).join('|')
const COMMAND = new RegExp(`\\bxmpp (?:(?:${TOPICS}) )?[a-z]+`, 'g')

describe('transcripts on prosody', function () {
  this.timeout(120_000)
  const seen = new Set<string>()

  /** Whether no command of the step occurs for the first time: those have processes of their own. */
  const isKnown = (step: string): boolean => {
    const commands = step.match(COMMAND) ?? []
    const {size} = seen
    for (const command of commands) seen.add(command)
    return seen.size === size
  }

  testPages(PAGES, startProsody, isKnown)
})
