/** Starts the bundle with the machine code of earlier runs, where there is some: a third of the start-up is compiling. */
import {readFileSync} from 'node:fs'
import module from 'node:module'
import path from 'node:path'
import {stateHome} from '../account/directories.ts'
import {runWithCodeCache} from './code-cache.ts'

declare const BUILD_ID: string

const root = path.dirname(__dirname)
const bundle = path.join(__dirname, 'xmpp.cjs')
const state = stateHome(process.env)
const folder = state && path.join(state, 'code')

// From 22.8 on, Node keeps compiled code by itself.
const {enableCompileCache} = module as {enableCompileCache?: (folder: string) => void}
if (enableCompileCache && folder) enableCompileCache(folder)

const {main} = (
  enableCompileCache || !folder
    ? require(bundle)
    : runWithCodeCache(bundle, readFileSync(bundle, 'latin1'), folder, BUILD_ID)
) as typeof import('./main.ts')
void main(process.argv.slice(2), root)
