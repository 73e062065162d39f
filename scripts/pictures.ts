/** `npm run pictures` writes docs/pictures: each is the screen of a real run. */
import {mkdirSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {COLUMNS, captureScene, SCENES} from './pictures/scenes.ts'
import {renderSvg} from './pictures/svg.ts'
import {openSandbox} from './sandbox/sandbox.ts'

const folder = path.join(import.meta.dirname, '../docs/pictures')
mkdirSync(folder, {recursive: true})
const sandbox = await openSandbox()
try {
  for (const [name, scene] of Object.entries(SCENES)) {
    const text = await captureScene(scene, sandbox)
    writeFileSync(path.join(folder, `${name}.svg`), renderSvg(text, COLUMNS, scene.title))
  }
} finally {
  await sandbox.stop()
}
