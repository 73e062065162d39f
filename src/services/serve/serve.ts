/** Serves the commands of a directory in one session: the handlers for XEP-0050 and for the list of commands. */
import type {EventLog} from '../../cli/event-log.ts'
import {renderServedRun} from '../../output/command.ts'
import {NS_COMMANDS} from '../../protocol/core/command.ts'
import {buildItems, NS_DISCO_ITEMS} from '../../protocol/core/disco-items.ts'
import {SMALLEST_LIMIT} from '../../protocol/message/split.ts'
import type {StanzaChannel} from '../../xml.ts'
import {CommandServer} from './command-server.ts'
import type {ServedCommand} from './directory.ts'

interface ServedSession {
  stanzas: StanzaChannel
  bound: Promise<{maxBytes?: number | undefined}>
  signal: AbortSignal
}

/** The reply to disco#info requests is up to the caller. Undefined without commands. */
export function serveCommands(
  commands: ServedCommand[] | undefined,
  {bound, signal, stanzas}: ServedSession,
  jobs: number | undefined,
  events: EventLog,
): CommandServer | undefined {
  if (!commands) return undefined
  const server = new CommandServer({
    commands,
    jobs: jobs ?? 1,
    signal,
    maxBytes: async () => (await bound).maxBytes ?? SMALLEST_LIMIT,
    onRun: async (event) => {
      // If the event cannot be written, stdout is closed, which ends the run already.
      await events.add(event, renderServedRun).catch(() => {})
    },
  })
  stanzas.iqCallee.set(NS_COMMANDS, 'command', ({stanza}) => server.reply(stanza))
  stanzas.iqCallee.get(NS_DISCO_ITEMS, 'query', ({element, stanza}) => {
    const {from = '', to = ''} = stanza.attrs as Record<string, string | undefined>
    const node = element.attrs.node as string | undefined
    if (node === undefined) return buildItems([], node)
    return node === NS_COMMANDS ? buildItems(server.items(from, to), node) : undefined
  })
  return server
}
