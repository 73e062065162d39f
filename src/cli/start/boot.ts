/** Starts the bundle with the machine code of earlier runs, where there is some: a third of the start-up is compiling. */
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {stateHome} from '../../account/state/directories.ts'
import {runWithCodeCache} from './code-cache.ts'

declare const BUILD_ID: string
/** The first words of all commands. */
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
        // What one command has compiled is of little use to another one.
        part: FIRST_WORDS.includes(word) ? word : 'other',
      })
    : require(bundle)
) as typeof import('./main.ts')
void main(process.argv.slice(2), root)
