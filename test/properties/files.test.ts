/** Files of an earlier run are loaded, or count as absent if they are damaged. */
import assert from 'node:assert/strict'
import {writeFileSync} from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import {readEndpoint, writeEndpoint} from '../../src/account/state/endpoint-cache.ts'
import {openRosterCache} from '../../src/account/state/roster-cache.ts'
import {listState, openState} from '../../src/account/state/state.ts'
import {asRoster} from '../../src/protocol/roster/roster.ts'
import {type Home, newHome} from '../account/home.ts'
import {textOf} from '../support/arbitrary.ts'

const OWNER = {jid: 'juliet@example.com', server: undefined, insecure: false}
const UNTIL = JSON.stringify(new Date(Date.now() + 1_800_000))
const TOKEN = {mechanism: 'HT-SHA-256-NONE', secret: 's', expiry: '2099-01-01T00:00:00Z'}

/** Values that replace those of some keys. */
const damaged = (keys: Record<string, unknown>): fc.Arbitrary<string> =>
  fc.oneof(
    fc
      .record(
        Object.fromEntries(
          Object.entries(keys).map(([key, value]) => [
            key,
            fc.oneof({weight: 3, arbitrary: fc.constant(value)}, fc.jsonValue({maxDepth: 2})),
          ]),
        ),
        {requiredKeys: []},
      )
      .map((value) => JSON.stringify(value)),
    textOf(JSON.stringify(keys), '{', '}', '"', '\0', 'null', '[]'),
  )

describe('a damaged file of an earlier run', () => {
  let home: Home
  beforeEach(() => {
    home = newHome()
  })
  afterEach(() => home.remove())

  it('is an endpoint, or absent', async () => {
    const endpoint = {kind: 'tls', host: 'example.com', port: 5223} as const
    const texts = damaged({...endpoint, until: JSON.parse(UNTIL)})
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const found = await readEndpoint(home.file('endpoint.json', text))
        if (found === undefined) return
        assert.ok(['tls', 'starttls'].includes(found.kind) && typeof found.kind === 'string')
        assert.equal(typeof found.host, 'string')
        assert.ok(Number.isInteger(found.port) && found.port > 0 && found.port < 65_536)
      }),
    )
    const file = path.join(home.state, 'endpoint.json')
    await writeEndpoint(file, endpoint)
    assert.deepEqual(await readEndpoint(file), endpoint)
  })

  it('is a roster, or absent', async () => {
    const contact = {jid: 'a@b', name: null, groups: [], subscription: 'none'}
    const contacts = [{...contact, pending: false, approved: false}]
    const cache = openRosterCache(OWNER, home.env)
    await cache.save({contacts, version: '1'})
    assert.deepEqual(asRoster(await cache.load()), {contacts, version: '1'})
    const texts = damaged({contacts, version: '1'})
    fc.assert(fc.property(texts, (text) => void asRoster(parsed(text))))
  })

  it('is a token, or absent', async () => {
    const open = () => openState({...OWNER, env: home.env, warn: () => {}})
    const state = open()
    const {clientId} = await state.load()
    await state.save({token: TOKEN})
    const [stored] = await listState(home.env)
    assert.ok(stored)
    const texts = damaged({jid: OWNER.jid, server: null, clientId, token: TOKEN})
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        writeFileSync(stored.file, text)
        const {token} = await open().load()
        if (token)
          assert.deepEqual(
            Object.values(token).map((value) => typeof value),
            ['string', 'string', 'string'],
          )
      }),
    )
  })
})

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // as the cache parses it
  }
}
