/** Serves the commands of a directory in one session: the handlers for XEP-0050 and for the list of commands. */
import type {EventLog} from '../../cli/event-log.ts'
import {sanitizeLine} from '../../output/sanitize.ts'
import {NS_COMMANDS} from '../../protocol/core/command.ts'
import {buildItems, NS_DISCO_ITEMS} from '../../protocol/core/disco-items.ts'
import {SMALLEST_LIMIT} from '../../protocol/message/split.ts'
import {type StanzaChannel, xml} from '../../xml.ts'
import {type CommandRunEvent, CommandServer} from './command-server.ts'
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
      // If the event cannot be written, the reader of stdout has left: that ends the run already.
      await events.add(event, describeRun).catch(() => {})
    },
  })
  stanzas.handleIq('command', NS_COMMANDS, (request) =>
    request.attrs.type === 'set' ? server.reply(request) : undefined,
  )
  stanzas.handleIq('query', NS_DISCO_ITEMS, (request) => {
    const {from = '', id, to = '', type} = request.attrs as Record<string, string | undefined>
    const node = request.getChild('query', NS_DISCO_ITEMS)?.attrs.node as string | undefined
    if (type !== 'get' || (node !== undefined && node !== NS_COMMANDS)) return undefined
    const items = node === undefined ? [] : server.items(from, to)
    return xml('iq', {type: 'result', to: from, id}, buildItems(items, node))
  })
  return server
}

function describeRun({from, node, signal, status}: CommandRunEvent): string {
  const outcome = signal ?? (status === null ? 'it could not start' : `exit status ${status}`)
  return sanitizeLine(`${from} ran ${node} (${outcome})`)
}
