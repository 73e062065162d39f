/** docs/pictures are the screens of the program as it is now. */
import assert from 'node:assert/strict'
import {COLUMNS, captureScene, SCENES} from '../../scripts/pictures/scenes.ts'
import {renderSvg, textOf} from '../../scripts/pictures/svg.ts'
import {openSandbox, type Sandbox} from '../../scripts/sandbox/sandbox.ts'
import {filesIn, read} from '../support/repository.ts'
import {readElement} from '../support/xml.ts'

/** Ids, resources and times differ from run to run. */
const withoutIds = (lines: string[]): string[] =>
  lines.map((line) =>
    line
      .replace(/[\da-f]{8}-[\da-f-]{27}/, 'ID')
      .replace(/(@localhost\/)[\w-]+/, '$1RESOURCE')
      .replace(/\d{4}-\d\d-\d\d[T ][\d:.]+Z?/, 'TIME'),
  )

describe('a picture', function () {
  this.timeout(60_000)
  let sandbox: Sandbox
  before(async () => {
    sandbox = await openSandbox()
  })
  after(() => sandbox.stop())

  for (const [name, scene] of Object.entries(SCENES))
    it(`${name} shows the program as it is (otherwise: npm run pictures)`, async () => {
      const svg = read(`docs/pictures/${name}.svg`)
      const current = renderSvg(await captureScene(scene, sandbox), COLUMNS, scene.title)
      assert.deepEqual(withoutIds(textOf(svg)), withoutIds(textOf(current)))
      assert.equal(readElement(svg.trim()).name, 'svg')
      assert.ok(read('README.md').includes(`![${scene.title}](docs/pictures/${name}.svg)`))
    })

  it('exists for each scene, and for nothing else', () => {
    assert.deepEqual(
      filesIn('docs/pictures', '.svg').toSorted(),
      Object.keys(SCENES)
        .map((name) => `${name}.svg`)
        .toSorted(),
    )
  })
})

describe('renderSvg', () => {
  it('draws each run of one style at its column', () => {
    const svg = renderSvg('\u{1b}[1;32m$\u{1b}[0m ls <a>', 10, 'title')
    assert.match(svg, /x="16\.0" [^>]*fill="#a6e3a1" font-weight="bold">\$</)
    assert.match(svg, /x="32\.8" [^>]*fill="#cdd6f4">ls &lt;a&gt;</)
    assert.deepEqual(textOf(svg), ['$ ls &lt;a&gt;'])
  })
})
