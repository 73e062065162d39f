/** The connection of a session after a transfer. */
import assert from 'node:assert/strict'
import {Readable} from 'node:stream'
import {NS_PING} from '../../../src/protocol/core/ping.ts'
import {NS_UPLOAD} from '../../../src/protocol/file/http-upload.ts'
import type {UploadSource} from '../../../src/services/upload/source.ts'
import type {UploadContext} from '../../../src/services/upload/upload-context.ts'
import {type UploadSession, Uploads} from '../../../src/services/upload/upload-files.ts'
import type {Iq} from '../../../src/xml.ts'
import {readElement} from '../../support/xml.ts'

const file: UploadSource = {
  name: 'note.txt',
  type: 'text/plain',
  size: async () => 4,
  open: async () => Readable.from([Buffer.from('text')]),
  isRepeatable: true,
  close: async () => {},
}
const slot = `<slot xmlns='${NS_UPLOAD}'><put url='https://localhost/a'/><get url='https://localhost/a'/></slot>`

describe('the connection after an upload', () => {
  let requests: string[]
  const stanzas: Iq = {
    get: async (payload) => {
      requests.push(payload.attrs.xmlns)
      return payload.attrs.xmlns === NS_PING ? undefined : readElement(slot)
    },
    set: () => assert.fail(),
  }
  const session: UploadSession = {
    stanzas,
    bound: Promise.resolve(),
    signal: new AbortController().signal,
  }
  const context: UploadContext = {
    domain: 'localhost',
    cache: {load: async () => ({jid: 'upload.localhost', maxBytes: null}), save: async () => {}},
    http: {
      async request({body}) {
        for await (const _ of body?.stream ?? []);
        return {status: 201, reason: '', headers: {}, body: Readable.from([])}
      },
    },
    open: (use) => use(session as never),
    showProgress: false,
  }
  beforeEach(() => {
    requests = []
  })

  it('a transfer that took long: the server has to answer before a message is sent', async () => {
    const uploads = new Uploads([file], context, -1)
    await uploads.open(async () => {
      await uploads.run(session)
      assert.deepEqual(requests, [NS_UPLOAD])
      await uploads.checkConnection(session)
    })
    assert.deepEqual(requests, [NS_UPLOAD, NS_PING])
  })

  it('a short transfer: no request', async () => {
    const uploads = new Uploads([file], context)
    await uploads.open(async () => {
      await uploads.run(session)
      await uploads.checkConnection(session)
    })
    assert.deepEqual(requests, [NS_UPLOAD])
  })
})
