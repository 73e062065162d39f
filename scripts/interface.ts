/** Writes test/fixtures/interface.txt: after an addition, so that it cannot be removed later. */
import {writeFileSync} from 'node:fs'
import path from 'node:path'
import {interfaceLines} from '../test/support/interface.ts'

const file = path.join(import.meta.dirname, '../test/fixtures/interface.txt')
writeFileSync(file, `${interfaceLines().join('\n')}\n`)
