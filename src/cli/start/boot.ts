/** Starts the bundle with the compiled code of earlier runs, which saves a third of the start-up time. */
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {stateHome} from '../../account/state/directories.ts'
import {runWithCodeCache} from './code-cache.ts'

declare const BUILD_ID: string
/** The first words of all commands */
declare const FIRST_WORDS: string[]

const root = path.dirname(__dirname)
const bundle = path.join(__dirname, 'xmpp.cjs')
const state = stateHome(process.env)
const [, , word = ''] = process.argv

const {main} = (
  state
    ? runWithCodeCache(bundle, readFileSync(bundle, 'latin1'), {
        folder: path.join(state, 'code'),
        build: BUILD_ID,
        // The compiled code of one command is of little use to another one.
        part: FIRST_WORDS.includes(word) ? word : 'other',
      })
    : require(bundle)
) as typeof import('./main.ts')
void main(process.argv.slice(2), root)
