/** What a line of a batch is: a message as JSON, or a text for the recipients of the command line. */
import type {LineTarget} from '../../../protocol/message/message.ts'
import {type MessageOptions, parseLine} from '../options.ts'

export interface LineFormat {
  /** The messages of a line. Throws 65. */
  parse(text: string): MessageOptions[]
  /** The recipient and id of a line that cannot be parsed, as far as they are known. */
  targetOf(text: string): LineTarget
}

export const JSON_LINES: LineFormat = {
  parse: (text) => [parseLine(text)],
  targetOf(text) {
    let record: unknown
    try {
      record = JSON.parse(text)
    } catch {
      return {to: null, id: null}
    }
    const {id, to} = Object(record) as Record<string, unknown>
    return {to: typeof to === 'string' ? to : null, id: typeof id === 'string' ? id : null}
  },
}

export const textLines = (recipients: string[]): LineFormat => ({
  parse: (text) => recipients.map((to) => ({to, body: text.replace(/\r$/gm, '')})),
  targetOf: () => ({to: recipients.length === 1 ? (recipients[0] ?? null) : null, id: null}),
})
