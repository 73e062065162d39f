import assert from 'node:assert/strict'
import type {Failure} from '../../../src/errors.ts'
import {
  checkImage,
  checkPhotoUri,
  fromDataUri,
  toDataUri,
} from '../../../src/protocol/vcard/image.ts'

const PNG = Buffer.from('\x89PNG\r\n\x1a\n....IHDR....IEND', 'latin1')
const refused = ({exitCode}: Failure): boolean => exitCode === 65

describe('pictures', () => {
  it('have the type of their content', () => {
    const types = ['\xff\xd8\xff\xe0..\xff\xd9', 'GIF89a......;', 'RIFF....WEBPVP8 '].map(
      (text) => checkImage(Buffer.from(text, 'latin1')).type,
    )
    assert.deepEqual(types, ['image/jpeg', 'image/gif', 'image/webp'])
    assert.equal(checkImage(PNG).type, 'image/png')
  })

  it('are refused if they are of another type, or too big (65)', () => {
    for (const text of ['', '<svg/>', 'RIFF....WAVE']) {
      assert.throws(() => checkImage(Buffer.from(text)), refused, text)
    }
    for (const text of ['\x89PNG\r\n\x1a\n', '\xff\xd8\xff\xe0', 'GIF89a', 'RIFF....WEBP'])
      assert.throws(() => checkImage(Buffer.from(text, 'latin1')), refused, text)
    assert.throws(() => checkImage(Buffer.concat([PNG, Buffer.alloc(128 * 1024)])), refused)
  })

  it('are unchanged after a data URI', () => {
    assert.deepEqual(fromDataUri(toDataUri({type: 'image/png', data: PNG})), {
      type: 'image/png',
      data: PNG,
    })
    assert.equal(fromDataUri('https://example.com/a.png'), undefined)
  })

  it('have the type of their content, even if the data URI names another', () => {
    const uri = toDataUri({type: 'image/jpeg', data: PNG})
    assert.equal(fromDataUri(uri)?.type, 'image/png')
    assert.equal(checkPhotoUri(uri), toDataUri({type: 'image/png', data: PNG}))
    assert.equal(checkPhotoUri('https://example.com/a.png'), 'https://example.com/a.png')
  })

  it('are refused in a URI with invalid Base64 or without content (65)', () => {
    const uri = toDataUri({type: 'image/png', data: PNG})
    for (const broken of [
      uri.slice(0, -3),
      uri.replace('iVBO', 'i!BO'),
      'data:image/png;base64,',
      'data:image/png,abc',
      'data:image/svg+xml;base64,PHN2Zy8+',
    ])
      assert.throws(() => checkPhotoUri(broken), refused, broken)
  })
})
