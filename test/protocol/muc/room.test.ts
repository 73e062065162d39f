/** Joins and messages that the rooms of real servers accept or refuse. */
import assert from 'node:assert/strict'
import {writeFileSync} from 'node:fs'
import path from 'node:path'
import {EXIT, type Failure} from '../../../src/errors.ts'
import {buildSubmit, NS_DATA, parseDataForm} from '../../../src/protocol/core/data-form.ts'
import {StanzaListener} from '../../../src/protocol/core/stanza-listener.ts'
import type {SendResult} from '../../../src/protocol/message/message.ts'
import {enterRoom} from '../../../src/protocol/muc/room.ts'
import {withSession} from '../../../src/session/session.ts'
import {type StanzaChannel, xml} from '../../../src/xml.ts'
import {account} from '../../fixtures/accounts.ts'
import {environment} from '../../support/cli.ts'
import {startProsody} from '../../support/prosody.ts'
import {runXmpp} from '../../support/runner.ts'
import {assertMatchesSchema} from '../../support/schema.ts'
import type {TestServer} from '../../support/server.ts'
import {sharedEjabberd} from '../../support/shared-ejabberd.ts'

const ROOM = 'tea@conference.localhost'
const NS_OWNER = 'http://jabber.org/protocol/muc#owner'
const NS_ADMIN = 'http://jabber.org/protocol/muc#admin'

for (const [name, start] of Object.entries({prosody: startProsody, ejabberd: sharedEjabberd})) {
  describe(`rooms of ${name}`, function () {
    this.timeout(60_000)
    let server: TestServer
    before(async () => {
      server = await start({users: ['host', 'guest']})
    })
    after(() => server.stop())

    it('accept the join and the message of a user', () =>
      hosted(server, {}, async () => {
        const message = await guestSends(server, ROOM)
        assert.equal(message.state, 'accepted')
        assert.ok(message.stanzaId)
      }))

    it('accept a private message', () =>
      hosted(server, {}, async () => {
        const message = await guestSends(server, `${ROOM}/host`)
        assert.equal(message.state, 'accepted')
      }))

    it('remove an occupant only at the request of a moderator', () =>
      hosted(server, {}, async () => {
        await withSession(
          account(server, 'guest', server.tlsPort),
          async ({stanzas}) => {
            await enterRoom(stanzas, new StanzaListener(stanzas), ROOM, {nick: 'guest'})
            const kick = (who: string, nick: string) =>
              runXmpp(`room kick ${ROOM} ${nick} --nick ${who}-2`, environment(server, who))
            const refused = await kick('guest', 'host')
            assert.equal(refused.status, 77, refused.stderr)
            const done = await kick('host', 'guest')
            assert.equal(done.status, 0, done.stderr)
            assert.equal(done.stdout, `Removed guest from ${ROOM}\n`)
          },
          {trace: {}},
        )
      }))

    it('refuse a nickname that is in use', () =>
      hosted(server, {}, async () => {
        await refuses(server, '--nick host', 'nick-conflict', 69)
      }))

    it('require the right password', () =>
      hosted(
        server,
        {'muc#roomconfig_passwordprotectedroom': ['1'], 'muc#roomconfig_roomsecret': ['sesame']},
        async () => {
          await refuses(server, '', 'room-password', 77)
          await refuses(server, '--room-password simsalabim', 'room-password', 77)
          const file = path.join(server.dir, 'room-password')
          writeFileSync(file, 'sesame\n', {mode: 0o600})
          for (const way of ['--room-password sesame', `--room-password-file ${file}`]) {
            const {state} = await guestSends(server, ROOM, way)
            assert.equal(state, 'accepted', way)
          }
          const byVariable = await guestSends(server, ROOM, '', {XMPP_ROOM_PASSWORD: 'sesame'})
          assert.equal(byVariable.state, 'accepted')
        },
      ))

    it('refuse other users if they are members-only', () =>
      hosted(server, {'muc#roomconfig_membersonly': ['1']}, async () => {
        await refuses(server, '', 'members-only', 77)
      }))

    it('refuse a message without voice if they are moderated', () =>
      hosted(
        server,
        {'muc#roomconfig_moderatedroom': ['1'], members_by_default: ['0']},
        async () => {
          await refuses(server, '', 'moderated', 77)
        },
      ))

    it('refuse a banned user', () =>
      hosted(server, {}, async (stanzas) => {
        const {jid} = server.account('guest')
        const item = xml('item', {affiliation: 'outcast', jid})
        await stanzas.set(xml('query', {xmlns: NS_ADMIN}, item), ROOM)
        await refuses(server, '', 'banned', 77)
      }))

    // The last test: Prosody remembers the destroyed room.
    it('refuse a join after they were destroyed', () =>
      hosted(server, {'muc#roomconfig_persistentroom': ['1']}, async (stanzas) => {
        await destroy(stanzas, 'coffee@conference.localhost')
        const {error} = await guestSends(server, ROOM)
        assert.equal(error?.exitCode, 67)
        // ejabberd does not remember destroyed rooms.
        const known = [error?.code, error?.hint, error?.text]
        if (name === 'prosody')
          assert.deepEqual(known, [
            'room-destroyed',
            'The new address is coffee@conference.localhost',
            'Macbeth doth come',
          ])
      }))
  })
}

describe('a room that was configured without a join', function () {
  this.timeout(60_000)
  let server: TestServer
  before(async () => {
    server = await sharedEjabberd({users: ['host', 'guest']})
  })
  after(() => server.stop())

  /**
   * ejabberd creates a room when a user requests its configuration form, and closes a room that is empty and not
   * persistent. If it closes the room between the two requests, the second one gets no answer.
   */
  const makePersistent = (room: string): Promise<void> => {
    const settings = {'muc#roomconfig_persistentroom': ['1']}
    const limited = {...account(server, 'host', server.tlsPort), timeout: 5000}
    return withSession(limited, ({stanzas}) => configure(stanzas, room, settings), {
      trace: {},
    }).catch((error: Failure) => {
      if (error.exitCode !== EXIT.deadline && error.exitCode !== EXIT.unknownOutcome) throw error
      return makePersistent(room)
    })
  }

  for (const who of ['guest', 'host'])
    for (const flags of ['', '--create'])
      it(`accepts the ${who} as its first occupant ${flags}`, async () => {
        const room = `for-${who}${flags}@conference.localhost`
        await makePersistent(room)
        const message = await sends(server, who, room, flags)
        assert.deepEqual([message.state, message.error], ['accepted', null])
      })
})

/** §10.9. */
async function destroy(stanzas: StanzaChannel, jid: string): Promise<void> {
  const reason = xml('reason', {}, 'Macbeth doth come')
  await stanzas.set(xml('query', {xmlns: NS_OWNER}, xml('destroy', {jid}, reason)), ROOM)
}

/** Calls `use` while `host` is in the room, which has these settings and is closed afterwards. */
function hosted(
  server: TestServer,
  settings: Record<string, string[]>,
  use: (stanzas: StanzaChannel) => Promise<void>,
): Promise<void> {
  return asHost(server, async (stanzas) => {
    await enterRoom(stanzas, new StanzaListener(stanzas), ROOM, {nick: 'host', create: true})
    await configure(stanzas, ROOM, settings)
    await use(stanzas)
  })
}

const asHost = (
  server: TestServer,
  use: (stanzas: StanzaChannel) => Promise<void>,
): Promise<void> =>
  withSession(account(server, 'host', server.tlsPort), ({stanzas}) => use(stanzas), {trace: {}})

async function configure(
  stanzas: StanzaChannel,
  room: string,
  settings: Record<string, string[]>,
): Promise<void> {
  const config = await stanzas.get(xml('query', {xmlns: NS_OWNER}), room)
  const form = parseDataForm(config?.getChild('x', NS_DATA) ?? xml('x'))
  await stanzas.set(xml('query', {xmlns: NS_OWNER}, buildSubmit(form, settings)), room)
}

const guestSends = (
  server: TestServer,
  to: string,
  flags = '',
  env: NodeJS.ProcessEnv = {},
): Promise<SendResult> => sends(server, 'guest', to, flags, env)

async function sends(
  server: TestServer,
  who: string,
  to: string,
  flags: string,
  env: NodeJS.ProcessEnv = {},
): Promise<SendResult> {
  const words = `send ${to} hello --room --json ${flags}`
  const {status, stdout} = await runXmpp(words, {...environment(server, who), ...env})
  const result = JSON.parse(stdout)
  assertMatchesSchema(result, 'send')
  const [message] = result.messages
  assert.equal(status, message.error?.exitCode ?? 0)
  return message
}

async function refuses(
  server: TestServer,
  flags: string,
  code: string,
  exitCode: number,
): Promise<void> {
  const {error, state} = await guestSends(server, ROOM, flags)
  assert.deepEqual([state, error?.code, error?.exitCode], ['failed', code, exitCode])
}
