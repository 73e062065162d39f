import assert from 'node:assert/strict'
import {renderAccounts} from '../../src/output/account.ts'
import {renderBlocklist} from '../../src/output/block.ts'
import type {Terminal} from '../../src/output/layout/terminal.ts'
import {renderRequests} from '../../src/output/presence.ts'
import {renderRoster} from '../../src/output/roster.ts'

const LISTS: Record<string, (terminal: Terminal) => Promise<string> | string> = {
  'No contacts. Add one with: xmpp roster add JID': (terminal) => renderRoster([], terminal),
  'No contacts in the group Friends': (terminal) => renderRoster([], terminal, ['Friends']),
  'No contacts in the groups Friends, ␛[1m': (terminal) =>
    renderRoster([], terminal, ['Friends', '\u{1b}[1m']),
  'No pending requests': (terminal) => renderRequests([], terminal),
  'No accounts. Add one with: xmpp login JID': (terminal) => renderAccounts([], terminal),
  'No blocked JIDs. Block one with: xmpp block add JID': (terminal) =>
    renderBlocklist([], terminal),
}

describe('an empty list', () => {
  for (const [sentence, render] of Object.entries(LISTS)) {
    it(`is a sentence on a terminal: ${sentence}`, async () =>
      assert.equal(await render({isTTY: true, columns: 80, colour: false}), sentence))

    it(`has no line in a pipe, which a program would read as an item: ${sentence}`, async () =>
      assert.equal(await render({isTTY: false, columns: 80, colour: false}), ''))
  }
})
