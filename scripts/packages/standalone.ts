/** `npm run build:standalone [FOLDER]`: writes xmpp-VERSION-linux-ARCH and its licences. */
import {copyFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {buildExecutable, licencesOfExecutable} from './executable.ts'
import {manifest, outputFolder} from './paths.ts'

const name = `xmpp-${manifest.version}-${process.platform}-${process.arch}`
const file = path.join(outputFolder(), name)
copyFileSync(buildExecutable(), file)
writeFileSync(`${file}.licences.txt`, licencesOfExecutable())
console.log(file)
