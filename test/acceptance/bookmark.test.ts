/** Bookmarks that other clients have stored, nodes that others can read, and servers with older stores. */
import assert from 'node:assert/strict'
import {environment, type Outcome} from '../support/cli.ts'
import {type ProsodyOptions, startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import type {TestServer} from '../support/server.ts'
import {sharedEjabberd} from '../support/shared-ejabberd.ts'

const NODE = 'urn:xmpp:bookmarks:1'
const TEA = 'tea@conference.localhost'
const DEN = 'den@conference.localhost'

const publish = (room: string, content: string): string =>
  `<pubsub xmlns="http://jabber.org/protocol/pubsub"><publish node="${NODE}"><item id="${room}">` +
  `<conference xmlns="${NODE}" name="Tea">${content}</conference></item></publish>` +
  `<publish-options>${form('publish-options', 'access_model', 'whitelist')}</publish-options></pubsub>`

const configure = (option: string, value: string): string =>
  '<pubsub xmlns="http://jabber.org/protocol/pubsub#owner">' +
  `<configure node="${NODE}">${form('node_config', option, value)}</configure></pubsub>`

const form = (type: string, option: string, value: string): string =>
  '<x xmlns="jabber:x:data" type="submit"><field var="FORM_TYPE" type="hidden">' +
  `<value>http://jabber.org/protocol/pubsub#${type}</value></field>` +
  `<field var="pubsub#${option}"><value>${value}</value></field></x>`

const items = `<pubsub xmlns="http://jabber.org/protocol/pubsub"><items node="${NODE}"/></pubsub>`

const storage = (content: string): string =>
  `<query xmlns="jabber:iq:private"><storage xmlns="storage:bookmarks">${content}</storage></query>`

function commandsOf(server: () => TestServer) {
  const as =
    (user: string) =>
    (words: string, input = ''): Promise<Outcome> =>
      runXmpp(words, environment(server(), user), input)
  const succeed = async (words: string, input?: string): Promise<string> => {
    const {status, stderr, stdout} = await as('alice')(words, input)
    assert.equal(status, 0, stderr)
    return stdout
  }
  const list = async () => JSON.parse(await succeed('bookmark list --json')).bookmarks
  return {alice: as('alice'), bob: as('bob'), list, succeed}
}

for (const [name, startServer] of Object.entries({
  prosody: startProsody,
  ejabberd: sharedEjabberd,
}))
  describe(`bookmarks on ${name}`, () => {
    let server: TestServer
    before(async () => {
      server = await startServer({users: ['alice', 'bob']})
    })
    after(() => server.stop())
    const {alice, bob, list, succeed} = commandsOf(() => server)

    it('keeps the extensions of another client in a bookmark, also for another spelling of the room', async () => {
      const extension = '<state xmlns="urn:example:client" minimized="true"/>'
      const room = 'Tea@conference.localhost'
      const stored = publish(room, `<nick>Ali</nick><extensions>${extension}</extensions>`)
      await succeed('iq set', stored)
      assert.equal(
        await succeed(`bookmark add ${TEA} --name "Tea time" --autojoin`),
        `Edited ${room}\n`,
      )
      const xml = await succeed('iq get', items)
      assert.match(xml, /<extensions>.*minimized="true"/)
      assert.match(xml, /<nick>Ali<\/nick>/)
      assert.equal(xml.match(/<item /g)?.length, 1)
      await succeed(`bookmark remove ${room}`)
      assert.deepEqual(await list(), [])
    })

    it('a node that others can read: stores nothing, and --make-private closes it', async () => {
      await succeed('iq set', publish(TEA, ''))
      await succeed('iq set', configure('access_model', 'open'))
      const readsIt = () => bob(`iq get --to "${server.account('alice').jid}"`, items)
      assert.equal((await readsIt()).status, 0)
      const {status, stderr} = await alice(`bookmark add ${DEN} --room-password sesame`)
      assert.equal(status, 78)
      assert.match(stderr, /^xmpp: Others can read the node urn:xmpp:bookmarks:1 .*\(.*open\)\n/)
      assert.match(stderr, /--make-private/)
      assert.doesNotMatch((await readsIt()).stdout, /sesame|den@/)
      await succeed(`bookmark add ${DEN} --room-password sesame --make-private`)
      assert.notEqual((await readsIt()).status, 0)
      const traced = await alice('bookmark list --json --debug')
      assert.match(traced.stderr, /<password>\[6 characters hidden\]/)
      assert.doesNotMatch(traced.stdout + traced.stderr, /sesame/)
      assert.deepEqual(
        (await list()).map(({room}: {room: string}) => room),
        [DEN, TEA],
      )
    })

    it('a private node with a limit of one item keeps its bookmark when another one is added', async () => {
      await succeed(`bookmark remove ${TEA} ${DEN}`)
      await succeed(`bookmark add ${TEA}`)
      await succeed('iq set', configure('max_items', '1'))
      await succeed(`bookmark add ${DEN}`)
      assert.equal((await list()).length, 2)
    })
  })

describe('older stores of bookmarks', () => {
  let server: TestServer
  afterEach(() => server.stop())
  const {alice, list, succeed} = commandsOf(() => server)
  const start = async (bookmarks: ProsodyOptions['bookmarks']): Promise<void> => {
    server = await startProsody({users: ['alice'], ...(bookmarks && {bookmarks})})
  }
  const stored = (): Promise<string> => succeed('iq get', storage(''))

  it('private XML storage alone: keeps the bookmarks of web pages', async () => {
    await start('private')
    await succeed('iq set', storage('<url name="Works" url="https://example.com/"/>'))
    const added = JSON.parse(await succeed(`bookmark add ${TEA} --nick Ali --json`))
    assert.deepEqual([added.state, added.stores], ['added', ['private-xml']])
    await succeed(`bookmark add ${TEA} --name Tea`)
    const {store, ...bookmark} = (await list())[0]
    assert.equal(store, 'private-xml')
    const values = {name: 'Tea', nick: 'Ali', autojoin: false, hasPassword: false}
    assert.deepEqual(bookmark, {room: TEA, ...values})
    await succeed(`bookmark remove ${TEA}`)
    assert.match(await stored(), /<url .*Works/)
    assert.deepEqual(await list(), [])
  })

  it('a server that does not keep the stores equal: all stores that have the room change', async () => {
    await start('both')
    await succeed('iq set', storage(`<conference jid="${TEA}"><nick>Ali</nick></conference>`))
    assert.deepEqual((await list())[0].store, 'private-xml')
    const changed = JSON.parse(await succeed(`bookmark add ${TEA} --name Tea --json`))
    assert.deepEqual(changed.stores, ['native', 'private-xml'])
    assert.equal(changed.nick, 'Ali')
    assert.match(await stored(), /<conference .*name="Tea"/)
    assert.deepEqual((await list())[0].store, 'native')
    await succeed(`bookmark add ${DEN}`)
    assert.doesNotMatch(await stored(), /den@/)
    await succeed(`bookmark remove ${TEA}`)
    assert.doesNotMatch(await stored(), /tea@/)
    assert.equal((await alice(`bookmark remove ${TEA}`)).status, 67)
  })

  it('a server that keeps them equal: one store is enough', async () => {
    await start('unified')
    const added = JSON.parse(await succeed(`bookmark add ${TEA} --autojoin --json`))
    assert.deepEqual(added.stores, ['native'])
    assert.match(await stored(), /<conference .*tea@/)
    assert.equal((await list()).length, 1)
  })
})

describe('listen --bookmarks --since', () => {
  let server: TestServer
  before(async () => {
    const extra = 'Component "plain.localhost" "muc"' // without an archive
    server = await startProsody({users: ['alice'], extra})
  })
  after(() => server.stop())
  const {alice, succeed} = commandsOf(() => server)

  it('reports a room without an archive, and reads the others', async () => {
    const plain = 'den@plain.localhost'
    for (const room of [plain, TEA]) {
      await succeed(`room create ${room}`)
      await succeed(`bookmark add ${room} --autojoin`)
    }
    await succeed(`send ${TEA} "The kettle is on" --room`)
    const words = 'listen --bookmarks --since 1h --match kettle --count 1 --timeout 20s --json'
    const {status, stderr, stdout} = await alice(words)
    assert.equal(status, 0, stderr)
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.deepEqual(
      events.map(({body, error, event, from}) => [event, from, error?.code ?? body]),
      [
        ['ready', undefined, undefined],
        ['error', plain, 'no-archive'],
        ['message', `${TEA}/alice`, 'The kettle is on'],
        ['end', undefined, undefined],
      ],
    )
  })
})
