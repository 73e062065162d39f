/** The flags of `history list`. */
import {Flags, type Interfaces} from '@oclif/core'
import {parseFlag} from '../../cli/parse-flag.ts'
import {EXIT, Failure} from '../../errors.ts'
import {bareJid, parseJid} from '../../jid.ts'
import {parseMatch, parseTimeFlag} from '../listen/event-flags.ts'
import type {HistoryOptions} from './history.ts'
import type {HistoryPosition} from './position.ts'

const KINDS = ['message', 'subject', 'invitation', 'receipt', 'marker', 'chat-state'] as const
const DEFAULT_KINDS = ['message', 'subject', 'invitation'] as const
const DEFAULT_LAST = 50
/** The longest silence of the archive, unless --timeout is given. */
const PAGE_TIMEOUT_MS = 30_000

const range = {helpGroup: 'RANGE'}
const filter = {helpGroup: 'FILTER'}
const output = {helpGroup: 'LIST'}

export const historyFlags = {
  last: Flags.integer({
    ...range,
    summary: `print the last N messages; default: ${DEFAULT_LAST}, unless another flag names a range`,
    helpValue: 'N',
    min: 1,
  }),
  since: Flags.string({
    ...range,
    summary: 'print messages from this date on, or of this duration (2h)',
    helpValue: 'TIME',
  }),
  until: Flags.string({...range, summary: 'print messages up to this time', helpValue: 'TIME'}),
  after: Flags.string({
    ...range,
    summary: 'print messages after the one with this stanzaId',
    helpValue: 'ID',
    exclusive: ['last', 'reverse', 'since'],
  }),
  all: Flags.boolean({...range, summary: 'print the whole archive', exclusive: ['last', 'after']}),
  position: Flags.string({
    ...range,
    summary: 'print what is new since the last run with this file, and update the file',
    helpValue: 'FILE',
    exclusive: ['after', 'reverse', 'until'],
  }),
  room: Flags.boolean({...filter, summary: 'the address is a room; read the archive of the room'}),
  match: Flags.string({
    ...filter,
    summary: 'print only messages whose text matches this regular expression',
    helpValue: 'REGEX',
  }),
  include: Flags.option({options: KINDS, multiple: true, multipleNonGreedy: true})({
    ...filter,
    summary: `print only events of this kind; repeatable: ${KINDS.join(', ')}; default: the first three`,
    helpValue: 'KIND',
  }),
  reverse: Flags.boolean({...output, summary: 'print the newest message first'}),
  count: Flags.boolean({
    ...output,
    summary: 'print only the number of messages',
    exclusive: ['last', 'after', 'position', 'match', 'include', 'reverse'],
  }),
}

export type HistoryFlags = Interfaces.InferredFlags<typeof historyFlags>

/** Throws 65 for an address that cannot be used, 2 for a room that is not given. */
export function readHistoryOptions(
  flags: HistoryFlags,
  jid: string | undefined,
  {
    own,
    position,
    timeout,
  }: {own: string; position: HistoryPosition | undefined; timeout: number | undefined},
): HistoryOptions {
  if (flags.room && jid === undefined)
    throw new Failure('usage', 'The address of the room is missing', EXIT.usage, {
      hint: 'xmpp history list ROOM --room',
    })
  if (jid !== undefined && /^\d+$/.test(jid))
    throw new Failure('usage', `"${jid}" is not an address`, EXIT.usage, {
      hint: `The last ${jid} messages: xmpp history list --last ${jid}`,
    })
  const start =
    flags.since === undefined ? undefined : parseFlag('--since', flags.since, parseTimeFlag)
  const end =
    flags.until === undefined ? undefined : parseFlag('--until', flags.until, parseTimeFlag)
  const isRange = [start, end, flags.after, position].some((value) => value !== undefined)
  const isWhole = flags.all || (isRange && flags.last === undefined)
  return {
    own,
    room: flags.room && jid !== undefined ? bareJid(jid) : undefined,
    filter: {start, end, with: flags.room || jid === undefined ? undefined : parseJid(jid).full},
    after:
      flags.after === undefined
        ? position && {id: position.after, time: position.time}
        : {id: flags.after},
    last: isWhole ? undefined : (flags.last ?? DEFAULT_LAST),
    reverse: flags.reverse,
    kinds: flags.include ?? DEFAULT_KINDS,
    match: flags.match === undefined ? undefined : parseMatch(flags.match),
    pageTimeout: timeout ?? PAGE_TIMEOUT_MS,
  }
}
