import assert from 'node:assert/strict'
import jsqr from 'jsqr'
import {renderQr} from '../../src/output/account.ts'

const decode = jsqr as unknown as typeof jsqr.default

const PIXELS = 4

/** The code as a scanner sees it: each line has two rows of modules, and a block is light. */
function scan(lines: string[]): string | undefined {
  const light: Record<string, [upper: boolean, lower: boolean]> = {
    '█': [true, true],
    '▀': [true, false],
    '▄': [false, true],
    ' ': [false, false],
  }
  const rows = lines.flatMap((line) => {
    const modules = [...line].map((character) => light[character] ?? assert.fail(character))
    return [modules.map(([upper]) => upper), modules.map(([, lower]) => lower)]
  })
  const width = (rows[0]?.length ?? 0) * PIXELS
  const height = rows.length * PIXELS
  const image = new Uint8ClampedArray(width * height * 4)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const isLight = rows[Math.floor(y / PIXELS)]?.[Math.floor(x / PIXELS)]
      image.fill(isLight ? 255 : 0, (y * width + x) * 4, (y * width + x) * 4 + 3)
      image[(y * width + x) * 4 + 3] = 255
    }
  return decode(image, width, height)?.data
}

describe('a QR code', () => {
  for (const uri of ['xmpp:juliet@example.com', `xmpp:${'long-name'.repeat(20)}@example.com`])
    it(`is read as ${uri.slice(0, 40)}`, async () => {
      const text = await renderQr(uri, {isTTY: false, columns: 80, colour: false})
      const lines = text.split('\n')
      assert.equal(lines.pop(), uri)
      assert.equal(scan(lines), uri)
    })

  it('is black on white on a terminal with colour', async () => {
    const text = await renderQr('xmpp:a@b', {isTTY: true, columns: 80, colour: true})
    assert.ok(text.startsWith('\x1b[40m\x1b[97m█'))
  })
})
